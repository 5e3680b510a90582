import { createRoom } from '../../../client/log/room.ts'
import { source } from '../../../client/readable.ts'
import type { OutboxItem } from '../../../client/shared.ts'
import type { Presence } from '../../../client/types.ts'
import type { Conversation } from '../../../client/wire.ts'
import { fakeConversation, ID } from '../support/fake-conversation.ts'
import { fakeCore } from '../support/fake-core.ts'

const person = (id: string) => ({ id, firstname: id, lastname: '', email: `${id}@example.com` })

/** A room of ada with everything around it under the control of a test. It is offline until `core.goOnline()`. */
export function roomOf({ participants = ['ada', 'grace'], messages = 0, isListed = true } = {}) {
  const core = fakeCore()
  const server = fakeConversation(core)
  server.sendMany(messages)

  const item = (change: Partial<Conversation> = {}): Conversation => ({
    id: ID,
    status: 'accepted',
    is_group: participants.length > 2,
    participants: participants.map(person),
    participant: person('grace'),
    last_message: null,
    last_seq: server.log.length,
    unread_count: 0,
    updated_at: '2026-01-01T00:00:00.000Z',
    ...change,
  })
  const listOf = (items: readonly Conversation[]) => ({ items, hasMore: false })
  const list = source(listOf(isListed ? [item()] : []))
  const find = () => list.getSnapshot().items.find(({ id }) => id === ID)
  const put = (change: Partial<Conversation> = {}) => list.set(listOf([item(change)]))

  const waiting = source<readonly OutboxItem[]>([])
  const draft = source('')
  const presence = source<ReadonlyMap<string, Presence>>(new Map())
  let sends = 0

  const open = () =>
    createRoom({
      core: core.core,
      api: server.api,
      presence,
      id: ID,
      outbox: {
        of: () => waiting,
        send(_, content) {
          const id = `key-${++sends}`
          const entry = { conversationId: ID, clientMessageId: id, content, createdAt: core.clock.now() }
          waiting.set([...waiting.getSnapshot(), { ...entry, stored: true, status: 'sending' }])
          return { id, stored: Promise.resolve() }
        },
        retry: () => undefined,
        discard: (_, id) => waiting.set(waiting.getSnapshot().filter((item) => item.clientMessageId !== id)),
        forget: (_, ids) =>
          waiting.set(waiting.getSnapshot().filter((item) => !ids.includes(item.clientMessageId))),
      },
      drafts: {
        of: () => draft,
        set: (_, text) => draft.set(text),
        clearIf(_, text) {
          if (draft.getSnapshot() === text) draft.set('')
        },
      },
      conversations: {
        list,
        find,
        remove: () => list.set(listOf([])),
        setUnread(_, unread_count) {
          if (find()) list.set(listOf([item({ ...find(), unread_count })]))
        },
      },
    })
  const room = open()
  const log = () => room.log.getSnapshot()
  return {
    core,
    server,
    room,
    /** Opens the same conversation once more. */
    open,
    log,
    listed: find,
    put,
    presence,
    outbox: {
      /** The server has stored the message. */
      acknowledge(key: string) {
        const content = waiting.getSnapshot().find((item) => item.clientMessageId === key)?.content ?? ''
        const acked = server.send('ada', content, key)
        waiting.set(
          waiting.getSnapshot().map((item) => (item.clientMessageId === key ? { ...item, acked } : item)),
        )
        return acked
      },
      unacknowledged: () =>
        waiting
          .getSnapshot()
          .filter((item) => !item.acked)
          .map((item) => item.clientMessageId),
      keys: () => waiting.getSnapshot().map((item) => item.clientMessageId),
    },
    draft,
    /** What the log shows, in short: the content of messages, the kind of other entries. */
    shown: () => log().entries.map((entry) => (entry.kind === 'message' ? entry.content : entry.kind)),
    seqs: () => log().entries.map(({ seq }) => seq),
    settle: () => core.clock.advance(0),
    /** Opens the room online, with everything read. */
    async online() {
      core.goOnline()
      await core.clock.advance(0)
    },
  }
}
