import { followPeriods, type Period } from '../period.ts'
import { type RoomContext, raiseHead } from './context.ts'
import { emptyLog, forgetBefore, insert, startAfter } from './log.ts'
import { createLoop } from './loop.ts'
import type { Marks } from './marks.ts'
import { FEW_ENTRIES, PAGE_ENTRIES } from './pages.ts'

/** A log that is further behind begins again with its newest entries. */
const FAR_BEHIND = 500
/** How long to wait if the server does not have what was said to exist. */
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
 * Joins the conversation in every session and reads what is missing: after a gap, up to a higher head, after a
 * reconnection. One request is in flight at a time; what fails is repeated with back-off.
 *
 * @param onRead learns up to where the user has read, as far as the server has reported since the last reconnection
 */
export function createCatchUp(room: RoomContext, onRead: Marks['onRead']): CatchUp {
  const { core, api, conversations, id } = room
  const { link } = core
  /** Undefined also before `start` and after `stop`. */
  let period: Period
  /** Counts the reasons to read although nothing seems to be missing; `done` is the last one that a page has met. */
  let reasons = 1
  let done = 0
  /** There is no `seq` to go on from: the newest page has to be read over REST. */
  let isLost = false
  /** Others may have read messages of the user unnoticed. */
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

    // The newest page is followed by a join.
    if (!isNewest) done = reason
    // Otherwise, what follows has been removed, and the log goes on with what has not.
    isLost = !!reset && after > last_seq
    isStale = false
    const log = forgetBefore(room.log, first_seq)
    const start = isNewest ? last_seq : after
    const base = isLost ? emptyLog(log.user) : start > log.last ? startAfter(log, start) : log
    // While more entries follow, the page may lack changes of its messages that come with them.
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
      // The server could handle the two in the wrong order otherwise.
      await joined?.catch(() => undefined)
      if (joined && !room.hasEnded)
        await link.request('leave_conversation', { conversation_id: id }).catch(() => undefined)
    },
  }
}
