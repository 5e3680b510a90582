import type { LogEntry } from '../wire.ts'
import { isFinal, type Place, placeOf, type RoomContext } from './context.ts'
import { insert, restart } from './log.ts'
import { emptyLog, isEmpty, type LogState, moveCursor, startAfter, withHead } from './log-state.ts'
import { createLoop } from './loop.ts'
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
  /** Reads what is missing, if anything is. */
  check(): void
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
  const { core, api, conversations, id, log, change } = room
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

  const canRead = () => isOpen && !hasEnded && place !== undefined
  const isBehind = () => done !== reasons || log().head > log().last
  const loop = createLoop(
    core,
    () => canRead() && (isLost || isBehind() || staleUpTo > 0),
    async (isWanted) => {
      try {
        await (isLost ? readNewest(isWanted) : isBehind() ? readOn(isWanted) : refreshOwn(isWanted))
      } catch (error) {
        if (!isFinal(error)) throw error
        if (isWanted()) hasEnded = true
      }
    },
  )

  async function readOn(isWanted: () => boolean): Promise<void> {
    const [reason, asked] = [reasons, log()]
    const after = nextAfter(asked)
    if (after === undefined && place === 'polling') return await readNewest(isWanted)
    const page = await read(after)
    if (!isWanted()) return
    const isNew = done !== reason
    done = reason
    staleUpTo = Math.min(staleUpTo, asked.last)
    isLost = !!page.reset || (after === undefined && page.last_seq > 0)
    show(page, (now) =>
      page.reset
        ? { ...emptyLog, user: now.user, head: page.last_seq }
        : withPage(confirmVersions(now, asked, page.last_seq), after, page),
    )
    if (!isNew && !isLost && log().last === asked.last) throw new Error('no progress')
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

  async function readNewest(isWanted: () => boolean): Promise<void> {
    const reason = reasons
    const page = await api.listMessages(id, { entries: 'all', limit: FIRST_ENTRIES })
    if (!isWanted()) return
    if (place === 'polling') done = reason
    isLost = false
    staleUpTo = 0
    show(page, (now) => restart(now, page))
  }

  /** Reads a page again if others may have read messages of the user meanwhile. */
  async function refreshOwn(isWanted: () => boolean): Promise<void> {
    const { entries, user } = log()
    const newest = entries.findLast(
      (entry) =>
        entry.seq <= staleUpTo && entry.kind === 'message' && entry.sender_id === user && !entry.is_read,
    )
    if (newest) {
      const page = await api.listMessages(id, { before: newest.seq + 1, limit: PAGE_ENTRIES })
      if (!isWanted()) return
      change((now) => insert(now, page.messages, page.last_seq))
    }
    staleUpTo = 0
  }

  function show(page: Page, next: (log: LogState) => LogState): void {
    change((now) => moveCursor(next(now), 'mine', { seq: page.last_read_seq }))
    onPage(page)
  }

  const unsubscribe = status.subscribe(() => {
    const next = placeOf(status.getSnapshot())
    if (next === place) return
    place = next
    reasons++
    if (!status.getSnapshot().rotated) {
      hasEnded = false
      staleUpTo = Number.POSITIVE_INFINITY
    }
    loop.restart()
  })

  return {
    start() {
      isOpen = true
      loop.check()
    },
    check: loop.check,
    again() {
      hasEnded = false
      reasons++
      loop.check()
    },
    end() {
      hasEnded = true
    },
    hasEnded: () => hasEnded,
    isSynced: () => canRead() && done === reasons,
    joined: () => joined,
    stop() {
      isOpen = false
      loop.stop()
      unsubscribe()
    },
  }
}

function withPage(log: LogState, after = 0, { messages = [], last_seq }: Page): LogState {
  const start = after > log.last ? startAfter(log, after) : log
  return withHead(insert(start, messages, last_seq), last_seq)
}
