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
import { emptyLog, isEmpty, withHead } from './log-state.ts'
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
  const room: RoomContext = { ...deps, log: source(emptyLog), me: () => core.user.getSnapshot() }
  const { log, me } = room
  const waiting = outbox.of(id)
  const notices = createTypingNotices(core.clock)
  const sender = createTypingSender(room)
  const readers = createReaders(room)
  const catchUp = createCatchUp(room, (page) => marks.onPage(page))
  const marks = createReadMarks(room, catchUp.isSynced)
  const cache = createCache(core, id, () =>
    catchUp.hasEnded() ? undefined : { log: log.getSnapshot(), unsent: marks.unsent() },
  )
  const history = createHistory(room)
  const onFrame = createFrames(room, catchUp, readers, notices)
  const view = source(viewOf(room, waiting.getSnapshot(), []))
  let isClosed = false

  function show(): void {
    view.set(viewOf(room, waiting.getSnapshot(), notices.users.getSnapshot(), view.getSnapshot()))
    const shown = acknowledgedIn(waiting.getSnapshot(), log.getSnapshot())
    if (shown.length > 0) outbox.forget(id, shown)
  }

  function onOutbox(): void {
    const { last, held } = log.getSnapshot()
    const acked = waiting
      .getSnapshot()
      .map((item) => item.acked)
      .filter((message): message is Message => !!message && message.seq > last && !held.has(message.seq))
    if (acked.length > 0) log.set(insert(log.getSnapshot(), me(), acked))
    show()
  }

  function onList(): void {
    log.set(withHead(log.getSnapshot(), conversations.find(id)?.last_seq ?? 0))
    readers.update()
    show()
  }

  const unsubscribe = [
    log.subscribe(() => {
      show()
      cache.touch()
    }),
    waiting.subscribe(onOutbox),
    notices.users.subscribe(show),
    conversations.list.subscribe(onList),
    link.onEvent((event) => {
      if (event.kind === 'frame') onFrame(event.frame)
      // A conversation that is not on the first page of the list may have new entries nevertheless.
      if (event.kind === 'polled' && event.polled.cursor !== undefined) {
        if (!event.polled.conversations.some((conversation) => conversation.id === id)) catchUp.again()
      }
    }),
    core.page.subscribe((event) => {
      if (event !== 'leave') return
      marks.flush()
      cache.flush()
    }),
  ]
  onOutbox()
  onList()
  void begin()

  async function begin(): Promise<void> {
    const stored = await cache.load()
    if (isClosed) return
    if (stored && isEmpty(log.getSnapshot())) {
      marks.restore(stored.unsent)
      log.set(restored(stored, log.getSnapshot(), me()))
    }
    catchUp.start()
  }

  /** Changes the log over REST, and then reads the entry that records the change. */
  async function change(call: Promise<unknown>): Promise<void> {
    await call
    catchUp.again()
  }

  /** Changes a message, and shows the new version unless a change of it has arrived in the meantime. */
  async function changeMessage(seq: number, call: Promise<Message>): Promise<void> {
    const find = () => log.getSnapshot().entries.find((entry) => entry.seq === seq)
    const before = find()
    const message = await call
    if (find() === before) log.set(showVersion(log.getSnapshot(), me(), message))
    catchUp.again()
  }

  /** Waits for the answer to the join first, so that the server cannot handle the two in the wrong order. */
  async function leaveConversation(): Promise<void> {
    const joined = catchUp.joined()
    const isJoined = () => joined?.place === placeOf(link.status.getSnapshot()) && !catchUp.hasEnded()
    await joined?.answer.catch(() => undefined)
    if (joined && isJoined()) {
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
    older: history.older,
    around: history.around,
    read: marks.read,
    typing: sender.typing,
    edit: (seq, content) => changeMessage(seq, api.editMessage(id, seq, content)),
    remove: (seq) => changeMessage(seq, api.deleteMessage(id, seq)),
    invite: async (userIds) => void (await api.inviteToGroup(id, userIds)),
    removeParticipant: (userId) => change(api.removeParticipant(id, userId)),
    setOwner: (userId) => change(api.setOwner(id, userId)),
    async leave() {
      await api.leave(id)
      catchUp.end()
      conversations.remove(id)
    },
    close() {
      if (isClosed) return
      isClosed = true
      sender.typing(false)
      marks.flush()
      cache.touch()
      cache.flush()
      for (const stop of unsubscribe) stop()
      for (const part of [catchUp, marks, notices]) part.stop()
      void leaveConversation()
    },
  }
}
