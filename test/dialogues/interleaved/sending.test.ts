import { expect, it } from 'vitest'
import { sendOverRest } from '../../../lambdas/chat/messages/send.ts'
import { aPair, joined, post } from '../../support/chat.ts'
import { meanwhile, rig } from '../../support/interleave.ts'
import { openStores } from '../../support/stores.ts'

it('[PUSH-2] a message that waited for its place reaches who has come meanwhile, and nobody who has gone', async () => {
  const { ada, bob, conversation } = await aPair()
  const gone = await joined(bob, conversation)
  const { deps, to } = rig()
  const came: string[] = []
  meanwhile(deps, 'log', 'append', async () => {
    await post(ada, conversation, 'takes the place')
    const { connections, subscriptions } = openStores()
    // As a removal does, where the connection itself could not be closed.
    await subscriptions.drop(conversation, bob.id, gone.connectionId)
    await connections.removeUserConnection(bob.id, gone.connectionId)
    came.push((await bob.connect()).connectionId)
  })
  await sendOverRest(deps, ada.id, conversation, { content: 'waited' })
  expect(to({ connectionId: came[0] ?? '' })).toEqual(['new_message'])
  expect(to(gone)).toEqual([])
})
