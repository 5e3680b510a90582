import { delayed } from '../backoff.ts'
import { source } from '../readable.ts'
import type { Log, Room } from '../types.ts'
import { storedLog, storeLog } from './cache.ts'
import { createCatchUp } from './catch-up.ts'
import { type RoomContext, type RoomDeps, raiseHead } from './context.ts'
import { applyFrame } from './frames.ts'
import { emptyLog, insert } from './log.ts'
import { createMarks } from './marks.ts'
import { createHistory, readPage } from './pages.ts'
import { createTyping } from './typing.ts'
import { viewOf } from './view.ts'

/** The value, if it is a string. Applications in JavaScript also pass other values, which must not be stored. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  throw new TypeError('not a string')
}

/** How long after a change the log is stored. */
const STORE_MS = 1000

/** Opens a conversation: shows what is stored of it, joins it, and keeps its log complete until `close`. */
export function createRoom(deps: RoomDeps): Room {
  const { core, api, outbox, drafts, conversations, id } = deps
  const room: RoomContext = {
    ...deps,
    log: emptyLog(),
    hasEnded: false,
    change(log) {
      if (log === room.log) return
      room.log = log
      show()
      storeSoon()
      catchUp.check()
    },
    end() {
      room.hasEnded = true
      show()
    },
  }
  const waiting = outbox.of(id)
  const marks = createMarks(room)
  const typing = createTyping(room, show)
  const catchUp = createCatchUp(room, marks.onRead)
  const nextView = (before?: Log) => viewOf(room, waiting(), typing.users(), before)
  const view = source(nextView())
  let isClosed = false

  function show(): void {
    if (isClosed) return
    view.set(nextView(view()))
    for (const { acked, clientMessageId } of waiting()) {
      if (!acked) continue
      // If the user no longer takes part, nothing will fill the gap before the message.
      if (room.hasEnded || acked.seq <= room.log.last) outbox.forget(id, [clientMessageId])
      else if (!room.log.known.has(acked.seq)) room.change(insert(room.log, [acked]))
    }
  }

  const raiseToList = () => raiseHead(room, conversations.find(id)?.last_seq)

  function onList(): void {
    show()
    // A push changes the list before it reaches the room. Without the delay, its entry would seem to be missing here.
    queueMicrotask(raiseToList)
  }

  const unsubscribe = [waiting.subscribe(show), core.link.onEvent(({ page }) => page === 'leave' && save())]

  async function begin(): Promise<void> {
    const stored = await storedLog(room)
    if (isClosed) return
    room.change(stored)
    unsubscribe.push(
      conversations.list.subscribe(onList),
      core.link.onEvent(({ frame, polled }) => {
        if (frame) applyFrame(room, catchUp, marks, typing, frame)
        // A conversation that is not on the first page of the list may have new entries nevertheless.
        if (polled?.cursor && !polled.conversations.some((item) => item.id === id)) catchUp.again()
      }),
    )
    show()
    raiseToList()
    catchUp.start()
  }

  const storeSoon = delayed(core.clock, STORE_MS, () => storeLog(room))

  function save(): void {
    marks.flush()
    storeLog(room)
  }

  /** Reads a changed message again, because the answer to a change does not say which other changes it includes. */
  async function afterChange(seq: number, change: Promise<unknown>): Promise<void> {
    await change
    await readPage(room, { before: seq + 1, limit: 1 }).catch(() => undefined)
  }

  return {
    log: view,
    draft: drafts.of(id),
    setDraft: (text) => drafts.set(id, textOf(text)),
    send(content, metadata) {
      textOf(content)
      const { id: clientMessageId, stored } = outbox.send(id, content, metadata)
      typing.sent()
      void stored.then(() => drafts.clearIf(id, content))
      return clientMessageId
    },
    retry: (clientMessageId) => outbox.retry(id, clientMessageId),
    discard: (clientMessageId) => outbox.discard(id, clientMessageId),
    ...createHistory(room, begin()),
    read: marks.read,
    typing: typing.tell,
    edit: (seq, content) => afterChange(seq, api.editMessage(id, seq, { content })),
    remove: (seq) => afterChange(seq, api.deleteMessage(id, seq)),
    invitations: () => api.groupInvitations(id),
    invite: (user_ids) => api.inviteToGroup(id, { user_ids }),
    removeParticipant: (userId) => api.removeParticipant(id, userId),
    setOwner: (user_id) => api.setOwner(id, { user_id }),
    async leave() {
      await api.leave(id)
      room.end()
      conversations.remove(id)
    },
    close() {
      if (isClosed) return
      isClosed = true
      typing.tell(false)
      save()
      for (const stop of unsubscribe) stop()
      marks.stop()
      void catchUp.stop()
    },
  }
}
