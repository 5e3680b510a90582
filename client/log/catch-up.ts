import { followPeriods, type Period } from '../period.ts'
import { type RoomContext, raiseHead } from './context.ts'
import { emptyLog, forgetBefore, insert, startAfter } from './log.ts'
import { createLoop } from './loop.ts'
import type { Marks } from './marks.ts'
import { FEW_ENTRIES, PAGE_ENTRIES } from './pages.ts'

/** A log that is further behind begins again with its newest entries. */
const FAR_BEHIND = 500
/** How long to wait if the server does not return entries that are said to exist. */
const NO_PROGRESS_MS = 5000

export interface CatchUp {
  /** Begins; until then nothing is sent. */
  start(): void
  /** Reads what is missing, if anything is. */
  check(): void
  /** Reads again, although nothing seems to be missing. */
  again(): void
  /** Stops, and leaves the conversation. */
  stop(): Promise<void>
}

/**
 * Joins the conversation in every session and reads what is missing: in a gap, up to a higher head, and since the last
 * session. One request is in flight at a time. A failed request is repeated with back-off.
 *
 * @param onRead called with the user's read cursor when the server reports it, and with `undefined` on a reconnection
 */
export function createCatchUp(room: RoomContext, onRead: Marks['onRead']): CatchUp {
  const { core, api, conversations, id } = room
  const { link } = core
  /** Also undefined before `start` and after `stop`. */
  let period: Period
  /** Counts the reasons to read although nothing seems to be missing. `done` is how many of them a page has settled. */
  let reasons = 1
  let done = 0
  /** There is no `seq` to go on from: the newest page has to be read over REST. */
  let isLost = false
  /** Others may have read messages of the user while this client was not connected. */
  let isStale = false
  /** The answer to the last join in this session. */
  let joined: Promise<unknown> | undefined
  let unsubscribe: (() => void) | undefined

  const loop = createLoop(room, () => !!period && (done < reasons || room.log.head > room.log.last), readOn)

  async function readOn(isWanted: () => boolean): Promise<number> {
    const { first, last, head } = room.log
    const isFar = head - last > (last < first ? FEW_ENTRIES : FAR_BEHIND)
    const after = isFar ? head - FEW_ENTRIES : lastFresh()
    const reason = reasons
    const isNewest = isLost
    const page = await read(after).catch((error) => {
      if (isWanted() && /^(not_found|forbidden)$/.test(error.code)) room.end()
      throw error
    })
    if (!isWanted()) return 0
    const { messages = [], last_seq, last_read_seq, first_seq, has_more, reset } = page

    // After the newest page, a join must still follow.
    if (!isNewest) done = reason
    // If `after` is beyond the end, the server has a different log. After any other reset, the next entries have been
    // removed because of their age, and the log goes on with the first one that remains.
    isLost = !!reset && after > last_seq
    isStale = false
    const log = forgetBefore(room.log, first_seq)
    const start = isNewest ? last_seq : after
    const base = isLost ? emptyLog(log.user) : start > log.last ? startAfter(log, start) : log
    // While more entries follow, the page may lack changes of its messages, because these come with later entries.
    const upTo = has_more && !isNewest ? messages.at(-1)?.seq : last_seq
    room.change(insert(base, messages, upTo))
    raiseHead(room, last_seq)
    onRead(log.user, last_read_seq)
    return head > last && room.log.last === last ? NO_PROGRESS_MS : 0
  }

  /** The `seq` of the last entry before those that have to be read, perhaps again. */
  function lastFresh(): number {
    const { entries, last, user } = room.log
    const newest = isStale ? entries.slice(-FEW_ENTRIES) : []
    const unread = newest.find(
      (entry) => entry.kind === 'message' && entry.sender_id === user && !entry.is_read,
    )
    return unread ? unread.seq - 1 : last
  }

  function read(after: number) {
    if (isLost) return api.listMessages(id, { entries: 'all', limit: FEW_ENTRIES })
    if (period === 'polling') return api.listMessages(id, { after, limit: PAGE_ENTRIES })
    const answer = link.request('join_conversation', { conversation_id: id, after_seq: after })
    joined = answer
    return answer
  }

  function onPeriod(next: Period, isContinued: boolean): void {
    period = next
    joined = undefined
    onRead(room.log.user, undefined)
    if (!isContinued) {
      room.hasEnded = false
      isStale = true
    }
    reasons++
    loop.stop()
    loop.check()
  }

  return {
    start() {
      isLost = room.log.head === 0 && !conversations.find(id)
      unsubscribe = followPeriods(link, onPeriod)
    },
    check: loop.check,
    again() {
      room.hasEnded = false
      reasons++
      loop.check()
    },
    async stop() {
      period = undefined
      unsubscribe?.()
      loop.stop()
      // Otherwise, the server could handle the leave before the join.
      await joined?.catch(() => undefined)
      if (joined && !room.hasEnded)
        await link.request('leave_conversation', { conversation_id: id }).catch(() => undefined)
    },
  }
}
