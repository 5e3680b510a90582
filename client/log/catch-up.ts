import { RequestError } from '../errors.ts'
import type { LogEntry } from '../wire.ts'
import { isFinal, type Place, placeOf, type RoomContext } from './context.ts'
import { insert, restart } from './log.ts'
import { emptyLog, isEmpty, type LogState, moveCursor, startAfter, withHead } from './log-state.ts'
import { createLoop } from './loop.ts'
import { newestUnreadOwn } from './reads.ts'
import { confirmVersions } from './versions.ts'

/** How many entries a room shows first. */
const FIRST_ENTRIES = 50
/** A log that is further behind begins again with its newest entries. */
const FAR_BEHIND = 500
const PAGE_ENTRIES = 100

/** What joins and pages have in common. */
export interface Page {
  readonly messages?: readonly LogEntry[]
  readonly last_seq: number
  readonly last_read_seq: number
  readonly reset?: true
}

export interface CatchUp {
  /** Begins; until then nothing is sent. */
  start(): void
  /** Reads again, although nothing seems to be missing. */
  again(): void
  /** The user no longer takes part: nothing more is read. */
  end(): void
  hasEnded(): boolean
  /** Whether the server has told since the last reconnection how far the log goes and is read. */
  isSynced(): boolean
  /** The session that was joined last, with the answer that may not have arrived. */
  joined(): { readonly place: Place; readonly answer: Promise<unknown> } | undefined
  stop(): void
}

/**
 * Joins the conversation in every session and reads what is missing: after a hole, up to a higher head, after a
 * reconnection. One request is in flight at a time; what fails is repeated with back-off.
 *
 * @param onPage called after each page with its cursor
 */
export function createCatchUp(room: RoomContext, onPage: (page: Page) => void): CatchUp {
  const { core, api, conversations, id, log, me } = room
  const { status } = core.link
  let place = placeOf(status.getSnapshot())
  let isOpen = false
  let hasEnded = false
  /** Counts the reasons to read; `done` is the last one that a page has met. */
  let reasons = 1
  let done = 0
  /** There is no `seq` to go on from: the newest page has to be read over REST. */
  let isLost = false
  /** The user's messages up to here may have been read unnoticed; `Infinity` until the next page. */
  let staleUpTo = Number.POSITIVE_INFINITY
  let joined: ReturnType<CatchUp['joined']>

  const isBehind = () => done !== reasons || log.getSnapshot().head > log.getSnapshot().last
  const isDue = () => isOpen && !hasEnded && place !== undefined && (isLost || isBehind() || staleUpTo > 0)
  const loop = createLoop(core, isDue, async (isWanted) => {
    try {
      await (isLost ? readNewest(isWanted) : isBehind() ? readOn(isWanted) : refreshOwn(isWanted))
    } catch (error) {
      if (!isFinal(error)) throw error
      if (isWanted()) hasEnded = true
    }
  })

  async function readOn(isWanted: () => boolean): Promise<void> {
    const [reason, before] = [reasons, log.getSnapshot()]
    const after = nextAfter(before)
    if (after === undefined && place === 'polling') return await readNewest(isWanted)
    const page = await read(after)
    if (!isWanted()) return
    const isNew = done !== reason
    done = reason
    staleUpTo = Math.min(staleUpTo, before.last)
    isLost = page.reset === true || (after === undefined && page.last_seq > 0)
    show(page.reset ? { ...emptyLog, head: page.last_seq } : withPage(before, after, page), page)
    if (!isNew && !isLost && log.getSnapshot().last === before.last) {
      throw new RequestError('unavailable', 'nothing new arrived', { retryable: true })
    }
  }

  /** The `seq` after which to read; undefined if nothing is known about the log. */
  function nextAfter(state: LogState): number | undefined {
    const { head, last } = state
    if (isEmpty(state) && head === 0 && !conversations.find(id)) return undefined
    return head - last > (isEmpty(state) ? FIRST_ENTRIES : FAR_BEHIND) ? head - FIRST_ENTRIES : last
  }

  async function read(after: number | undefined): Promise<Page> {
    if (place === 'polling') return await api.listMessages(id, { after: after ?? 0, limit: PAGE_ENTRIES })
    const fields = { conversation_id: id, ...(after === undefined ? {} : { after_seq: after }) }
    const answer = core.link.request('join_conversation', fields)
    joined = { place, answer }
    return await answer
  }

  function withPage(asked: LogState, after = 0, { messages = [], last_seq }: Page): LogState {
    const state = confirmVersions(log.getSnapshot(), asked, last_seq)
    const start = after > state.last ? startAfter(state, after) : state
    return withHead(insert(start, me(), messages, last_seq), last_seq)
  }

  async function readNewest(isWanted: () => boolean): Promise<void> {
    const reason = reasons
    const page = await api.listMessages(id, { entries: 'all', limit: FIRST_ENTRIES })
    if (!isWanted()) return
    if (place === 'polling') done = reason
    isLost = false
    staleUpTo = 0
    show(restart(log.getSnapshot(), me(), page), page)
  }

  /** Reads a page again if others may have read messages of the user meanwhile. */
  async function refreshOwn(isWanted: () => boolean): Promise<void> {
    const newest = newestUnreadOwn(log.getSnapshot().entries, me(), staleUpTo)
    if (newest) {
      const page = await api.listMessages(id, { before: newest.seq + 1, limit: PAGE_ENTRIES })
      if (!isWanted()) return
      log.set(insert(log.getSnapshot(), me(), page.messages, page.last_seq))
    }
    staleUpTo = 0
  }

  function show(state: LogState, page: Page): void {
    log.set(moveCursor(state, me(), 'mine', { seq: page.last_read_seq }))
    onPage(page)
  }

  function onStatus(): void {
    const next = placeOf(status.getSnapshot())
    if (next === place) return
    place = next
    reasons++
    if (!status.getSnapshot().rotated) {
      hasEnded = false
      staleUpTo = Number.POSITIVE_INFINITY
    }
    loop.restart()
  }

  const unsubscribe = [status.subscribe(onStatus), log.subscribe(() => loop.check())]

  return {
    start() {
      isOpen = true
      loop.check()
    },
    again() {
      hasEnded = false
      reasons++
      loop.check()
    },
    end() {
      hasEnded = true
    },
    hasEnded: () => hasEnded,
    isSynced: () => isOpen && place !== undefined && !hasEnded && done === reasons,
    joined: () => joined,
    stop() {
      isOpen = false
      loop.stop()
      for (const stop of unsubscribe) stop()
    },
  }
}
