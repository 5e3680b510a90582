import { useEffect, useRef, useState } from 'preact/hooks'
import type { Log } from '../../client/index.ts'
import { isConnected, useChat } from '../app/context.ts'
import { useReadable } from '../app/readable.ts'
import type { OpenRoom } from './room-context.ts'
import { arrivedAfter, firstUnread, hasAllUnread, isLoadedAfter } from './unread.ts'
import { useAttentive } from './use-attentive.ts'

/** A divider that is further up than so many entries is not loaded; the conversation then opens at its end. */
const MAX_UNREAD_ENTRIES = 500
/** A message that comes with a new connection so long after it was written was missed. */
const MISSED_MS = 60_000

export interface Reading {
  /** Everything that was unread when the conversation was opened is loaded. */
  readonly hasOpened: boolean
  /** The `seq` of the entry after the divider. */
  readonly firstNewSeq: number | undefined
  /** The first message that was missed while there was no connection for a while. */
  readonly missedSeq: number | undefined
  /** The user sees the newest entries, or no longer does. Called after every change of that and of the log. */
  see(isAtEnd: boolean): void
}

/** Knows what is new for the user, and moves the read cursor when the user has seen it. */
export function useReading({ room, conversation }: OpenRoom, log: Log, userId: string): Reading {
  const isAttentive = useAttentive()
  const [hasOpened, setOpened] = useState(false)
  /** The divider is after this `seq`. */
  const boundary = useRef<number | undefined>(undefined)
  const isFixed = useRef(false)

  // While the user looks elsewhere, the divider is before what arrives; then it stays until the next time.
  if (!isAttentive) isFixed.current = false
  const state = useReadable(useChat().state)
  const wasLost = useRef(false)
  const missedSeq = useRef<number>(undefined)
  const [firstUnseen] = arrivedAfter(log.entries, log.lastReadSeq, userId)
  if (!isConnected(state)) wasLost.current = true
  else if (wasLost.current && firstUnseen) {
    wasLost.current = false
    if (Date.now() - Date.parse(firstUnseen.created_at) > MISSED_MS) {
      missedSeq.current = firstUnseen.seq
      isFixed.current = false
    }
  }
  if (!isFixed.current && firstUnseen) boundary.current = log.lastReadSeq

  const isComplete = conversation?.last_seq === 0 || hasAllUnread(log, userId)
  useEffect(() => {
    if (!isComplete || hasOpened) return
    const { entries, hasOlder, lastReadSeq, lastSeq } = room.log.getSnapshot()
    const isThere = !hasOlder || isLoadedAfter(entries, lastReadSeq)
    const open = () => setOpened(true)
    if (isThere || lastSeq - lastReadSeq > MAX_UNREAD_ENTRIES) open()
    else room.around(lastReadSeq + 1).then(open, open)
  }, [room, isComplete, hasOpened])

  return {
    hasOpened,
    firstNewSeq:
      boundary.current !== undefined && (hasOpened || isComplete)
        ? firstUnread(log, boundary.current, userId)
        : undefined,
    missedSeq: missedSeq.current,
    see(isAtEnd) {
      if (!hasOpened || !isComplete || !isAttentive || !isAtEnd) return
      isFixed.current = true
      // Not `lastSeq`: after an outage it is known before what was missed is loaded.
      room.read(log.entries.at(-1)?.seq ?? 0)
    },
  }
}
