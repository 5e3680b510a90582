import { describe, expect, it } from 'vitest'
import { join } from '../../../lambdas/chat/connections/join.ts'
import { dismiss } from '../../../lambdas/chat/conversations/dismiss.ts'
import { leaveGroup } from '../../../lambdas/chat/conversations/leave-group.ts'
import { markReadOverRest } from '../../../lambdas/chat/messages/mark-read.ts'
import { redeliver } from '../../../lambdas/chat/push/redeliver.ts'
import type { RestAnswer } from '../../support/chat.ts'
import { aGroup, aPair, history, joined, post } from '../../support/chat.ts'
import { frameOn } from '../../support/frames.ts'
import { down, repeatEach, rig, runBefore } from '../../support/interleave.ts'
import { openStores } from '../../support/stores.ts'

const markReadPath = (conversation: string) => `/conversations/${conversation}/mark-read`

describe('reading', () => {
  it('[READ-3] is pushed to the other participants, even if the request names one of their connections as its own', async () => {
    const { ada, bob, conversation } = await aPair()
    const a = await joined(ada, conversation)
    await post(ada, conversation, 'x')
    await bob.call('POST', markReadPath(conversation), { connection_id: a.connectionId })
    expect(await a.next('message_read')).toMatchObject({ user_id: bob.id, last_read_seq: 1 })
  })

  it('[READ-1] on two devices concurrently counts each message once', async () => {
    const { ada, bob, conversation } = await aPair()
    for (const content of ['one', 'two', 'three', 'four']) await post(ada, conversation, content)
    const { deps } = rig()
    const others: RestAnswer[] = []
    runBefore(deps, 'conversations', 'markRead', async () => {
      others.push(await bob.call('POST', markReadPath(conversation), { seq: 3 }))
    })
    const mine = await markReadOverRest(deps, bob.id, conversation, {})
    expect(others.map(({ body }) => body['data'].marked_read)).toEqual([3])
    expect(mine).toMatchObject({ last_read_seq: 4, marked_read: 1, unread_count: 0 })
  })
})

it('F6: [READ-3] a cursor is counted and pushed even if the answer to its write was lost', async () => {
  const { ada, bob, conversation } = await aPair()
  const a = await joined(ada, conversation)
  await post(ada, conversation, 'x')
  const { deps, postedTo } = rig()
  // The SDK repeats a write whose answer was lost.
  repeatEach(deps, 'conversations', 'markRead')
  expect(await markReadOverRest(deps, bob.id, conversation, {})).toMatchObject({ marked_read: 1 })
  expect(postedTo(a)).toEqual(['message_read'])
})

it('[PUSH-10] a worker that could not read the connections retries the delivery', async () => {
  const { ada, bob, conversation } = await aPair()
  const b = await bob.connect()
  await post(ada, conversation, 'x')
  const { deps, postedTo } = rig()
  runBefore(deps, 'connections', 'userConnectionsOf', down)
  const work = { conversation, seq: 1, messageTo: [b.connectionId], updateTo: [] }
  await expect(redeliver(deps, work)).rejects.toThrow('down')
  await redeliver(deps, work)
  expect(postedTo(b)).toEqual(['new_message'])
})

it('[JOIN-2] a page includes entries up to the last_seq of the answer, even those written during the join', async () => {
  const { ada, bob, conversation } = await aPair()
  await post(ada, conversation, 'one')
  const b = await bob.connect()
  const { deps } = rig()
  runBefore(deps, 'conversations', 'head', () => post(ada, conversation, 'two'))
  const answer = await join(deps, frameOn(b.connectionId), conversation, 1)
  expect(answer).toMatchObject({ last_seq: 2, messages: [{ seq: 2 }], has_more: false })
})

describe('a participant who reads on while the participation ends', () => {
  it('[READ-4] has read what was read before leaving a group', async () => {
    const { ada, bob, group } = await aGroup('ada', 'bob')
    await post(ada, group, 'one')
    const { deps } = rig()
    runBefore(deps, 'memberships', 'leave', () => bob.call('POST', markReadPath(group)))
    await leaveGroup(deps, { user: bob.id }, group)
    expect(await history(ada, group)).toMatchObject([
      { kind: 'participant_joined' },
      { is_read: true },
      { kind: 'participant_left' },
    ])
  })

  it('[READ-4] has read what was read before the dismissal from a pair', async () => {
    const { ada, bob, conversation } = await aPair()
    await post(ada, conversation, 'one')
    await openStores().users.removeUser(bob.id)
    const { deps } = rig()
    const cursor = { readSeq: 1, readOthers: 1, readAt: new Date().toISOString() }
    runBefore(deps, 'memberships', 'retire', () => deps.conversations.markRead(conversation, bob.id, cursor))
    await dismiss(deps, { user: bob.id, at: Date.now() })
    expect(await deps.conversations.ofUser(bob.id)).toEqual([])
    expect(await history(ada, conversation)).toMatchObject([{ is_read: true, read_at: cursor.readAt }])
  })

  it('[REMOVED-2] leaves a pair even if the other user is dismissed at the same time', async () => {
    const { ada, bob, conversation } = await aPair()
    for (const { id } of [ada, bob]) await openStores().users.removeUser(id)
    const { deps } = rig()
    runBefore(deps, 'memberships', 'retire', () => dismiss(rig().deps, { user: ada.id, at: Date.now() }))
    await dismiss(deps, { user: bob.id, at: Date.now() })
    for (const { id } of [ada, bob]) expect(await deps.conversations.ofUser(id)).toEqual([])
    expect((await deps.conversations.head(conversation))?.former).toEqual(new Set([ada.id, bob.id]))
  })
})
