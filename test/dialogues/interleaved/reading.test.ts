import { describe, expect, it } from 'vitest'
import { join } from '../../../lambdas/chat/connections/join.ts'
import { markReadOverRest } from '../../../lambdas/chat/messages/mark-read.ts'
import { redeliver } from '../../../lambdas/chat/push/redeliver.ts'
import type { RestAnswer } from '../../support/chat.ts'
import { aPair, joined, post } from '../../support/chat.ts'
import { down, meanwhile, rig, twice } from '../../support/interleave.ts'

const markRead = (conversation: string) => `/conversations/${conversation}/mark-read`

describe('reading', () => {
  it('[READ-3] is told to the others, also where it names a connection of theirs as its own', async () => {
    const { ada, bob, conversation } = await aPair()
    const a = await joined(ada, conversation)
    await post(ada, conversation, 'x')
    await bob.call('POST', markRead(conversation), { connection_id: a.connectionId })
    expect(await a.next('message_read')).toMatchObject({ user_id: bob.id, last_read_seq: 1 })
  })

  it('[READ-1] on two devices at once counts each message once', async () => {
    const { ada, bob, conversation } = await aPair()
    for (const content of ['one', 'two', 'three', 'four']) await post(ada, conversation, content)
    const { deps } = rig()
    const others: RestAnswer[] = []
    meanwhile(deps, 'conversations', 'markRead', async () => {
      others.push(await bob.call('POST', markRead(conversation), { seq: 3 }))
    })
    const mine = await markReadOverRest(deps, bob.id, conversation, {})
    expect(others.map(({ body }) => body['data'].marked_read)).toEqual([3])
    expect(mine).toMatchObject({ last_read_seq: 4, marked_read: 1, unread_count: 0 })
  })
})

it('F6 [READ-3] a cursor whose answer was lost is counted and told', async () => {
  const { ada, bob, conversation } = await aPair()
  const a = await joined(ada, conversation)
  await post(ada, conversation, 'x')
  const { deps, to } = rig()
  // The SDK repeats what was not answered.
  twice(deps, 'conversations', 'markRead')
  expect(await markReadOverRest(deps, bob.id, conversation, {})).toMatchObject({ marked_read: 1 })
  expect(to(a)).toEqual(['message_read'])
})

it('[PUSH-10] a worker that could not read who is there comes back to its delivery', async () => {
  const { ada, bob, conversation } = await aPair()
  const b = await bob.connect()
  await post(ada, conversation, 'x')
  const { deps, to } = rig()
  meanwhile(deps, 'connections', 'userConnectionsOf', down)
  const work = { conversation, seq: 1, messageTo: [b.connectionId], updateTo: [] }
  await expect(redeliver(deps, work)).rejects.toThrow('down')
  await redeliver(deps, work)
  expect(to(b)).toEqual(['new_message'])
})

it('[JOIN-2] a page has what was written while it was read, where the answer counts it', async () => {
  const { ada, bob, conversation } = await aPair()
  await post(ada, conversation, 'one')
  const b = await bob.connect()
  const { deps } = rig()
  meanwhile(deps, 'conversations', 'head', () => post(ada, conversation, 'two'))
  const answer = await join(deps, b.connectionId, conversation, 1)
  expect(answer).toMatchObject({ last_seq: 2, messages: [{ seq: 2 }], has_more: false })
})
