import { randomBytes } from 'node:crypto'
import { PutCommand } from '@aws-sdk/lib-dynamodb'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  countedSizes,
  presenceChange,
  presenceCheck,
  unitsBySize,
} from '../../../cli/admin/cost/counted-work.ts'
import { refreshPresence } from '../../../lambdas/chat/connections/compute-presence.ts'
import { commit } from '../../../lambdas/chat/entries/commit.ts'
import { markReadOverSocket } from '../../../lambdas/chat/messages/mark-read.ts'
import { sendOverSocket } from '../../../lambdas/chat/messages/send.ts'
import { pushTyping } from '../../../lambdas/chat/push/typing.ts'
import { newMemory } from '../../../lambdas/memory.ts'
import { newConversationRows } from '../../../lambdas/stores/conversation-rows.ts'
import { frameOn } from '../../support/frames.ts'
import { meter, summary } from '../../support/meter.ts'
import { openStores, quiet } from '../../support/stores.ts'

const id = () => randomBytes(11).toString('base64url')
const now = Date.now()
const later = now + 3_600_000
/** The sweep of the chat whose database this is must not look for these connections. */
const openedAt = now + 24 * 3_600_000

const stores = openStores()
const counted = meter(stores.db)
const deps = { ...stores, ...quiet, poster: counted.poster, memory: newMemory(), now: () => now }

/** A conversation of this size; each user has one connection, which has joined it. */
async function aConversation(users: readonly string[]) {
  const [conversation, createdAt] = [id(), new Date(now).toISOString()]
  const group = users.length > 2 ? { creator: users[0] ?? '' } : undefined
  for (const Item of newConversationRows(conversation, users, createdAt, group)) {
    await stores.db.send(new PutCommand({ TableName: stores.tables.conversations, Item }))
  }
  for (const user of users) {
    await stores.subscriptions.join(conversation, user, `${user}=`, later, now)
  }
  return conversation
}

async function connectedUsers(count: number) {
  const users = Array.from({ length: count }, (_, n) => `user${n}-${id()}`)
  for (const user of users) {
    await stores.register.add({ id: `${user}=`, openedAt })
    await stores.authenticate({ id: `${user}=`, user, since: openedAt, tokenExpiresAt: later })
  }
  return users
}

const aMessage = (conversation: string) => ({
  type: 'send_message' as const,
  conversation_id: conversation,
  message: { content: 'x'.repeat(150) },
  client_message_id: id(),
})

/** The capacity units that a piece of work consumes, and its posts. */
async function costOf(work: () => Promise<unknown>) {
  const calls = await counted.callsOf(work)
  const { readUnits, writeUnits } = summary(calls)
  return { readUnits, writeUnits, posts: calls.filter(({ name }) => name.startsWith('post')).length }
}

describe.each(countedSizes)('the cost in a conversation of %s, with one connection each', (size) => {
  let users: readonly string[] = []
  let conversation = ''
  const connection = (n: number) => `${users[n]}=`

  beforeAll(async () => {
    users = await connectedUsers(size)
    conversation = await aConversation(users)
  })

  const send = (to = conversation) =>
    sendOverSocket(
      deps,
      frameOn(connection(0), openedAt),
      aMessage(to),
      async () => void (await deps.poster.post(connection(0), '')),
    )

  it('of a message: the acknowledgment, and a post to every other participant', async () => {
    for (let n = 0; n < 12; n++) await send()
    deps.memory.senders.clear()
    expect(await costOf(() => send())).toEqual({ ...unitsBySize.send_message[size], posts: size })
  })

  it('of a typing notice: a post to every other participant', async () => {
    const source = frameOn(connection(0), openedAt)
    const cost = await costOf(() => pushTyping(deps, source, conversation, true))
    expect(cost).toEqual({ ...unitsBySize.typing[size], posts: size - 1 })
  })

  it('[READ-3] of a read mark: the answer, and a post to every other participant of up to ten', async () => {
    const frame = { type: 'mark_read', conversation_id: conversation, seq: 12 } as const
    const answer = async () => void (await deps.poster.post(connection(1), ''))
    const cost = await costOf(() => markReadOverSocket(deps, frameOn(connection(1), openedAt), frame, answer))
    expect(cost).toEqual({ ...unitsBySize.mark_read[size], posts: size > 10 ? 1 : size })
  })

  it('[READ-3] of a message while all others mark one as read: not more than one after the other', async () => {
    const none = async () => undefined
    const frame = { type: 'mark_read', conversation_id: conversation, seq: 13 } as const
    const mark = (reader: string) => markReadOverSocket(deps, frameOn(`${reader}=`, openedAt), frame, none)
    const [first = '', ...readers] = users.slice(1)
    const [ofMessage, ofMark] = [
      await counted.callsOf(() => send()),
      await counted.callsOf(() => mark(first)),
    ]
    const calls = await counted.callsOf(() => Promise.all([send(), ...readers.map(mark)]))
    const postsIn = (made: readonly { readonly name: string }[]) =>
      made.filter(({ name }) => name.startsWith('post to')).length
    expect([postsIn(ofMessage), postsIn(ofMark)]).toEqual([size, size > 10 ? 0 : size - 1])
    expect(postsIn(calls)).toBe(postsIn(ofMessage) + readers.length * postsIn(ofMark))
    expect(calls).toHaveLength(ofMessage.length + readers.length * ofMark.length)
  })

  it('of a message while every participant is ahead of the rate of messages', async () => {
    const busy = await aConversation(users)
    for (const sender of users) {
      const head = await stores.conversations.head(busy)
      if (!head) throw new Error('no head')
      await commit(deps, head, { sender, content: 'hi' })
    }
    deps.memory.senders.clear()
    expect(await costOf(() => send(busy))).toEqual({ ...unitsBySize.send_message[size], posts: size })
  })
})

describe('the cost of presence with five conversations', () => {
  it('grows by one unit for each conversation and for each user who is notified', async () => {
    const [user = '', ...contacts] = await connectedUsers(6)
    for (const contact of contacts) await aConversation([user, contact])
    const size = { devices: 1, conversations: 5, contacts: 5 }
    const refresh = () => costOf(() => refreshPresence(deps, { user }))
    expect(await refresh()).toEqual({ ...presenceChange(size), posts: 5 })
    expect(await refresh()).toEqual({ ...presenceCheck(size), posts: 0 })
  })
})
