import { expect, it } from 'vitest'
import { removeUser } from '../../cli/users/remove-user.ts'
import { revokeUser } from '../../lambdas/chat/connections/revoke.ts'
import { aPair, joined, message } from '../support/chat.ts'
import { openStores, quiet } from '../support/stores.ts'

it('F23: repeating the command finishes a removal that failed halfway', async () => {
  const { bob, conversation } = await aPair()
  const socket = await joined(bob, conversation)
  const stores = openStores()
  const poster = { post: async () => 'failed' as const, close: async () => undefined }
  const revoke = (user: string) => revokeUser({ ...stores, ...quiet, poster }, user)
  const failing = { users: stores.users, revoke: () => Promise.reject(new Error('crashed')) }
  await expect(removeUser(failing, bob.id)).rejects.toThrow('crashed')
  expect(await removeUser({ users: stores.users, revoke }, bob.id)).toEqual({ known: false, ended: 1 })
  expect(await socket.ask(message(conversation, 'still here'))).toMatchObject({ code: 'reconnect_required' })
  expect(await removeUser({ users: stores.users, revoke }, bob.id)).toEqual({ known: false, ended: 0 })
})
