import { source } from '../readable.ts'
import type { Room } from '../types.ts'
import type { Message } from '../wire.ts'
import { createCache, restored } from './cache.ts'
import { createCatchUp } from './catch-up.ts'
import { placeOf, type RoomContext } from './context.ts'
import type { RoomDeps } from './deps.ts'
import { createFrames } from './frames.ts'
import { createHistory } from './history.ts'
import { insert } from './log.ts'
import { emptyLog, isEmpty, messageAt, withHead } from './log-state.ts'
import { createReadMarks } from './read-marks.ts'
import { createReaders } from './readers.ts'
import { createTypingNotices } from './typing-notices.ts'
import { createTypingSender } from './typing-sender.ts'
import { showVersion } from './versions.ts'
import { acknowledgedIn, viewOf } from './view.ts'

/** Opens a conversation: shows what is stored of it, joins it, and keeps its log complete until `close`. */
export function createRoom(deps: RoomDeps): Room {
  const { core, api, outbox, drafts, conversations, id } = deps
  const { link } = core
  let log = emptyLog
  const room: RoomContext = {
    ...deps,
    log: () => log,
    change(next) {
      const before = log
      log = next(log)
      if (log === before) return
      show()
      cache.touch()
      catchUp.check()
    },
  }
  const waiting = outbox.of(id)
  const notices = createTypingNotices(core.clock)
  const sender = createTypingSender(room)
  const readers = createReaders(room)
  const catchUp = createCatchUp(room, (page) => marks.onPage(page))
  const marks = createReadMarks(room, catchUp.isSynced)
  const cache = createCache(core, id, () =>
    catchUp.hasEnded() ? undefined : { log, unsent: marks.unsent() },
  )
  const history = createHistory(room)
  const onFrame = createFrames(room, catchUp, readers, notices)
  const view = source(viewOf(room, waiting.getSnapshot(), []))
  let isClosed = false

  function show(): void {
    view.set(viewOf(room, waiting.getSnapshot(), notices.users.getSnapshot(), view.getSnapshot()))
    const shown = acknowledgedIn(waiting.getSnapshot(), log.last)
    if (shown.length > 0) outbox.forget(id, shown)
  }

  function onOutbox(): void {
    for (const { acked } of waiting.getSnapshot()) {
      if (acked && acked.seq > log.last && !log.held.has(acked.seq))
        room.change((now) => insert(now, [acked]))
    }
    show()
  }

  function onList(): void {
    room.change((now) => withHead(now, conversations.find(id)?.last_seq ?? 0))
    readers.update()
    show()
  }

  const unsubscribe = [
    waiting.subscribe(onOutbox),
    notices.users.subscribe(show),
    conversations.list.subscribe(onList),
    link.onEvent((event) => {
      if (event.kind === 'frame') onFrame(event.frame)
      if (event.kind !== 'polled') return
      const { conversations: items, cursor } = event.polled
      // A conversation that is not on the first page of the list may have new entries nevertheless.
      if (cursor !== undefined && !items.some((item) => item.id === id)) catchUp.again()
    }),
    core.page.subscribe((event) => event === 'leave' && flush()),
  ]
  void begin()

  async function begin(): Promise<void> {
    const stored = await cache.load()
    if (isClosed) return
    room.change((now) => ({ ...now, user: core.user.getSnapshot() }))
    if (stored && isEmpty(log)) {
      marks.restore(stored.unsent)
      room.change((now) => restored(stored, now))
    }
    onOutbox()
    onList()
    catchUp.start()
  }

  function flush(): void {
    marks.flush()
    cache.flush()
  }

  /** Reads the entry that records a change over REST. */
  async function record(call: Promise<unknown>): Promise<void> {
    await call
    catchUp.again()
  }

  /** Shows the new version of a message, unless a change of it has arrived in the meantime. */
  async function showChange(seq: number, call: Promise<Message>): Promise<void> {
    const before = messageAt(log.entries, seq)
    const message = await call
    if (messageAt(log.entries, seq) === before) room.change((now) => showVersion(now, message))
  }

  /** Waits for the answer to the join first, so that the server cannot handle the two in the wrong order. */
  async function leaveConversation(): Promise<void> {
    const joined = catchUp.joined()
    await joined?.answer.catch(() => undefined)
    if (joined?.place === placeOf(link.status.getSnapshot()) && !catchUp.hasEnded()) {
      await link.request('leave_conversation', { conversation_id: id }).catch(() => undefined)
    }
  }

  return {
    log: view,
    draft: drafts.of(id),
    setDraft: (text) => drafts.set(id, text),
    send(content, metadata) {
      const { id: clientMessageId, stored } = outbox.send(id, content, metadata)
      sender.sent()
      void stored.then(() => drafts.clearIf(id, content))
      return clientMessageId
    },
    retry: (clientMessageId) => outbox.retry(id, clientMessageId),
    discard: (clientMessageId) => outbox.discard(id, clientMessageId),
    ...history,
    read: marks.read,
    typing: sender.typing,
    edit: (seq, content) => record(showChange(seq, api.editMessage(id, seq, content))),
    remove: (seq) => record(showChange(seq, api.deleteMessage(id, seq))),
    invite: async (userIds) => void (await api.inviteToGroup(id, userIds)),
    removeParticipant: (userId) => record(api.removeParticipant(id, userId)),
    setOwner: (userId) => record(api.setOwner(id, userId)),
    async leave() {
      await api.leave(id)
      catchUp.end()
      conversations.remove(id)
    },
    close() {
      if (isClosed) return
      isClosed = true
      sender.typing(false)
      cache.touch()
      flush()
      for (const stop of unsubscribe) stop()
      catchUp.stop()
      marks.stop()
      void leaveConversation()
    },
  }
}
