import { expect, it } from 'vitest'
import { sendOverRest } from '../../../lambdas/chat/messages/send.ts'
import { aPair, joined, post } from '../../support/chat.ts'
import { rig, runBefore } from '../../support/interleave.ts'
import { openStores } from '../../support/stores.ts'

it('[PUSH-2] a message that waited for its seq reaches connections opened in the meantime, but none that were removed', async () => {
  const { ada, bob, conversation } = await aPair()
  const removed = await joined(bob, conversation)
  const { deps, postedTo } = rig()
  const opened: { readonly connectionId: string }[] = []
  runBefore(deps, 'log', 'append', async () => {
    await post(ada, conversation, 'takes the seq')
    const { connections, subscriptions } = openStores()
    // Removes the connection's rows but leaves it open, as if closing it had failed.
    await subscriptions.drop(conversation, bob.id, removed.connectionId)
    await connections.removeUserConnection(bob.id, removed.connectionId)
    opened.push(await bob.connect())
  })
  await sendOverRest(deps, ada.id, conversation, { content: 'waited' })
  expect(opened.map(postedTo)).toEqual([['new_message']])
  expect(postedTo(removed)).toEqual([])
})
