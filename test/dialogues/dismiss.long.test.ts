import { afterEach, describe, expect, inject, it, vi } from 'vitest'
import { openTarget } from '../../cli/target.ts'
import { removeUser } from '../../cli/users/remove-user.ts'
import { dismissUser } from '../../lambdas/chat/connections/dismiss-user.ts'
import { dismiss } from '../../lambdas/chat/conversations/dismiss.ts'
import type { Deps } from '../../lambdas/chat/deps.ts'
import {
  type Admin,
  acceptAll,
  aGroup,
  anAdmin,
  aPair,
  conversationsOf,
  history,
  invitationsPath,
  invite,
  joined,
  leavePath,
  message,
  ownerPath,
  pairUp,
  post,
  respond,
} from '../support/chat.ts'
import { down, rig, runBefore } from '../support/interleave.ts'
import { openStores, quiet } from '../support/stores.ts'

const { users } = openStores()

/** Gives a user a role, and has the worker notice it if the user may not chat any longer. */
async function giveRole({ id }: Admin, role: string): Promise<void> {
  await users.importUsers([{ id, firstname: 'x', lastname: '', email: id, role }])
  if (role !== 'admin') await dismiss(rig().deps, { user: id, at: Date.now() })
}

afterEach(() => void vi.unstubAllEnvs())

describe('the command that removes a user', () => {
  it('F23: [AUTH-8] finishes a removal that failed halfway when it is repeated', async () => {
    const { bob, conversation } = await aPair()
    const socket = await joined(bob, conversation)
    const stores = openStores()
    const poster = {
      post: async () => 'failed' as const,
      close: async () => undefined,
      exists: async () => true,
    }
    const dismiss = (user: string) => dismissUser({ ...stores, ...quiet, poster }, user)
    const failing = { users: stores.users, dismiss: () => Promise.reject(new Error('crashed')) }
    await expect(removeUser(failing, bob.id)).rejects.toThrow('crashed')
    expect(await removeUser({ users: stores.users, dismiss }, bob.id)).toEqual({ known: false, ended: 1 })
    expect(await socket.ask(message(conversation, 'still here'))).toMatchObject({
      code: 'reconnect_required',
    })
    expect(await removeUser({ users: stores.users, dismiss }, bob.id)).toEqual({ known: false, ended: 0 })
  })

  it('[REMOVED-1] [GROUP-9] makes the user leave every group, with a new owner', async () => {
    const { ada, bob, cyd, group } = await aGroup('ada', 'bob', 'cyd')
    const b = await joined(bob, group)
    vi.stubEnv('DATA_DIR', inject('dataDir'))
    await removeUser(await openTarget(undefined), ada.id)
    const left = await b.next('participant_left')
    expect(left).toMatchObject({ seq: 3, owner_id: bob.id, participant: { id: ada.id, firstname: '' } })
    expect((await history(cyd, group)).at(-1)).not.toHaveProperty('removed_by')
    expect(await conversationsOf(cyd)).toMatchObject([{ owner_id: bob.id }])
  }, 30_000)
})

describe('a user who is no longer an administrator', () => {
  it('[REMOVED-1] [READ-4] [GROUP-6] no longer counts as a reader or as a participant of a group', async () => {
    const { ada, bob, cyd, group } = await aGroup('ada', 'bob', 'cyd')
    await post(ada, group, 'hello')
    await bob.call('POST', `/conversations/${group}/mark-read`)
    const isRead = async () => (await history(ada, group)).find(({ kind }) => kind === 'message')?.['is_read']
    expect(await isRead()).toBe(false)
    await giveRole(cyd, 'user')
    expect(await isRead()).toBe(true)
    const [listed] = await conversationsOf(bob)
    expect(listed?.['participants']).toHaveLength(2)
    const handOver = await ada.call('POST', ownerPath(group), { user_id: cyd.id })
    expect(handOver.body['code']).toBe('not_found')
  })

  it('[REMOVED-2] remains visible in a pair, and the two users can begin another one', async () => {
    const { ada, bob, conversation } = await aPair()
    await post(ada, conversation, 'hello')
    await giveRole(bob, 'user')
    const [kept] = await conversationsOf(ada)
    expect(kept?.['participant']).toEqual({ id: bob.id, firstname: 'x', lastname: '', email: bob.id })
    expect(kept?.['participants']).toHaveLength(2)
    await giveRole(bob, 'admin')
    expect((await bob.call('GET', `/conversations/${conversation}/messages`)).status).toBe(404)
    expect(await conversationsOf(bob)).toEqual([])
    const another = await pairUp(ada, bob)
    expect(another).not.toBe(conversation)
    expect((await conversationsOf(ada)).map(({ id }) => id)).toEqual([another, conversation])
  })

  it('[INV-18] has no open invitations, neither sent nor received', async () => {
    const { ada, bob, group } = await aGroup('ada', 'bob')
    const [cyd, dan] = [await anAdmin('cyd'), await anAdmin('dan')]
    await ada.call('POST', invitationsPath(group), { to_user_id: cyd.id })
    const [toDan, toAda] = [await invite(ada, dan), await invite(cyd, ada)]
    await users.importUsers([{ id: ada.id, firstname: 'x', lastname: '', email: ada.id, role: 'user' }])
    expect((await respond(dan, toDan, 'accept')).body['code']).toBe('not_found')
    await giveRole(ada, 'user')
    for (const one of [cyd, dan])
      expect((await one.call('GET', '/invitations')).body['data'].invitations).toEqual([])
    expect(await conversationsOf(cyd)).toEqual([])
    await giveRole(ada, 'admin')
    expect((await respond(ada, toAda, 'accept')).body['code']).toBe('not_found')
    expect((await respond(dan, toDan, 'accept')).body['code']).toBe('not_found')
    expect((await bob.call('POST', invitationsPath(group), { to_user_id: cyd.id })).status).toBe(200)
  })

  it('[REMOVED-3] gets nothing back with the role, and keeps conversations that begin afterwards', async () => {
    const { ada, bob, group } = await aGroup('ada', 'bob')
    const { deps } = rig()
    const at = Date.now()
    await giveRole(bob, 'user')
    await giveRole(bob, 'admin')
    expect((await bob.call('POST', leavePath(group))).status).toBe(200)
    const cyd = await anAdmin('cyd')
    await pairUp(cyd, bob)
    await ada.call('POST', invitationsPath(group), { to_user_id: bob.id })
    await dismiss(deps, { user: bob.id, at })
    await acceptAll(bob)
    expect(await conversationsOf(bob)).toHaveLength(2)
  })

  it('[REMOVED-3] keeps what begins between the reads of a dismissal', async () => {
    const { ada, bob, group } = await aGroup('ada', 'bob')
    const at = Date.now()
    await users.importUsers([{ id: bob.id, firstname: 'x', lastname: '', email: bob.id, role: 'user' }])
    const { deps } = rig()
    runBefore(deps, 'conversations', 'ofUser', async () => {
      await giveRole(bob, 'admin')
      await pairUp(ada, bob)
    })
    await dismiss(deps, { user: bob.id, at })
    const kept = await conversationsOf(bob)
    expect(kept).toHaveLength(1)
    expect(kept[0]?.['id']).not.toBe(group)
  })

  it('[REMOVED-3] keeps a group that the user has joined again since it was listed', async () => {
    const { ada, bob, group } = await aGroup('ada', 'bob')
    const at = Date.now()
    await users.importUsers([{ id: bob.id, firstname: 'x', lastname: '', email: bob.id, role: 'user' }])
    const { deps } = rig()
    runBefore(deps, 'conversations', 'head', async () => {
      await giveRole(bob, 'user')
      await giveRole(bob, 'admin')
      await ada.call('POST', invitationsPath(group), { to_user_id: bob.id })
      await acceptAll(bob)
    })
    await dismiss(deps, { user: bob.id, at })
    expect(await conversationsOf(bob)).toMatchObject([{ id: group }])
  })

  it('[REMOVED-1] [INV-18] leaves the rest if a conversation or a list of invitations fails', async () => {
    const { ada, bob, cyd } = await aGroup('ada', 'bob', 'cyd')
    await pairUp(ada, bob)
    await invite(cyd, bob)
    await users.importUsers([{ id: bob.id, firstname: 'x', lastname: '', email: bob.id, role: 'user' }])
    const { deps } = rig()
    runBefore(deps, 'memberships', 'leave', down)
    runBefore(deps, 'invitations', 'sentBy', down)
    const run = () => dismiss(deps, { user: bob.id, at: Date.now() })
    await expect(run()).rejects.toThrow('down')
    expect(await deps.conversations.ofUser(bob.id)).toHaveLength(1)
    runBefore(deps, 'conversations', 'ofUser', down)
    await expect(run()).rejects.toThrow('down')
    expect(await deps.invitations.allReceivedBy(bob.id)).toEqual([])
  })

  it('[REMOVED-1] leaves every conversation even if the worker fails halfway', async () => {
    const { ada, bob, group } = await aGroup('ada', 'bob', 'cyd')
    await pairUp(ada, bob)
    await users.importUsers([{ id: bob.id, firstname: 'x', lastname: '', email: bob.id, role: 'user' }])
    for (const fail of [
      (deps: Deps) => runBefore(deps, 'memberships', 'leave', down),
      (deps: Deps) => runBefore(deps, 'memberships', 'retire', down),
      (deps: Deps) => runBefore(deps, 'invitations', 'unlinkPair', down),
    ]) {
      const { deps } = rig()
      fail(deps)
      await dismiss(deps, { user: bob.id, at: Date.now() }).catch(() => undefined)
    }
    const { deps } = rig()
    await dismiss(deps, { user: bob.id, at: Date.now() })
    await dismiss(deps, { user: bob.id, at: Date.now() })
    expect(await deps.conversations.ofUser(bob.id)).toEqual([])
    const kinds = (await history(ada, group)).map(({ kind }) => kind)
    expect(kinds).toEqual(['participant_joined', 'participant_joined', 'participant_left'])
  })
})
