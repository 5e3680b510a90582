import { useEffect, useRef, useState } from 'preact/hooks'
import type { Log } from '../../client/index.ts'
import { isConnected, useChat } from '../app/context.ts'
import { useReadable } from '../app/readable.ts'
import type { OpenRoom } from './room-context.ts'
import { arrivedAfter, firstUnread, hasAllUnread, isLoadedAfter } from './unread.ts'
import { useAttentive } from './use-attentive.ts'

/** If the divider is more entries than this above the end, it is not loaded, and the conversation opens at its end. */
const MAX_UNREAD_ENTRIES = 500
/** If a new connection brings a message this long after it was written, the user has missed the message. */
const MISSED_MS = 60_000

export interface Reading {
  /** Everything that was unread when the conversation was opened is loaded. */
  readonly hasOpened: boolean
  /** The `seq` of the entry after the divider. */
  readonly firstNewSeq: number | undefined
  /** The first message that was missed while there was no connection for a while. */
  readonly missedSeq: number | undefined
  /** Notes whether the view shows the newest entries. To be called after every change of the view and of the log. */
  see(isAtEnd: boolean): void
}

/** Knows what is new for the user, and moves the read cursor when the user has seen it. */
export function useReading({ room, conversation }: OpenRoom, log: Log, userId: string): Reading {
  const isAttentive = useAttentive()
  const [hasOpened, setOpened] = useState(false)
  /** The divider is after this `seq`. */
  const boundary = useRef<number | undefined>(undefined)
  const isFixed = useRef(false)

  // While the user looks elsewhere, the divider moves before what arrives. Once the user has seen that, the divider
  // stays until the user looks elsewhere again.
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
      // Not `lastSeq`, which after an outage is known before the missed entries are loaded.
      room.read(log.entries.at(-1)?.seq ?? 0)
    },
  }
}
