import type { Entry, Message, Pending } from '../../client/index.ts'

/** A message that the server has, or does not have yet, or a change of the participants. */
export type Item = Entry | Pending

/** An item of the list, with what is shown before it. */
export interface Row {
  /** Stays the same when a message is acknowledged, so that its elements are kept. */
  readonly key: string
  readonly item: Item
  /** Milliseconds since 1970. */
  readonly at: number
  readonly isOwn: boolean
  /** The first row of its day. */
  readonly startsDay: boolean
  /** The first unread message, with a divider before it. */
  readonly isFirstNew: boolean
  /** Messages of one sender that follow each other closely are a run. */
  readonly startsRun: boolean
  readonly endsRun: boolean
}

export interface RowsInput {
  readonly entries: readonly Entry[]
  readonly pending: readonly Pending[]
  readonly userId: string
  /** The `seq` of the first unread message; see `firstUnread`. */
  readonly firstNewSeq: number | undefined
}

/** A run ends after a pause of this length. */
const RUN_MS = 5 * 60_000

export const isPending = (item: Item): item is Pending => 'clientMessageId' in item
export const isMessage = (item: Item): item is Message => !isPending(item) && item.kind === 'message'

/** All rows in one pass. */
export function rowsOf({ entries, pending, userId, firstNewSeq }: RowsInput): readonly Row[] {
  const rows: { -readonly [Field in keyof Row]: Row[Field] }[] = []
  let before: Row | undefined
  for (const item of [...entries, ...pending]) {
    const { at, day } = timeOf(item)
    const isFirstNew = !isPending(item) && item.seq === firstNewSeq
    const startsDay = !before || timeOf(before.item).day !== day
    const startsRun = startsDay || isFirstNew || !before || !continues(before, item, at, userId)
    const previous = rows.at(-1)
    if (previous) previous.endsRun = startsRun
    const isOwn = senderOf(item, userId) === userId
    rows.push({ key: keyOf(item, isOwn), item, at, isOwn, startsDay, isFirstNew, startsRun, endsRun: true })
    before = rows.at(-1)
  }
  return rows
}

const senderOf = (item: Item, userId: string) => (isPending(item) ? userId : item.sender_id)
const isWritten = (item: Item) => isPending(item) || isMessage(item)

function continues(before: Row, item: Item, at: number, userId: string): boolean {
  const isSameSender = senderOf(before.item, userId) === senderOf(item, userId)
  return isSameSender && isWritten(before.item) && isWritten(item) && at - before.at < RUN_MS
}

/** Others choose the ids of their messages freely, so only the user's own ones are known to be unique. */
function keyOf(item: Item, isOwn: boolean): string {
  if (isPending(item)) return `own-${item.clientMessageId}`
  return isOwn && isMessage(item) && item.client_message_id
    ? `own-${item.client_message_id}`
    : String(item.seq)
}

interface Time {
  readonly at: number
  readonly day: number
}

/** Dates are parsed once per item: parsing thousands of them again would take longer than everything else. */
const times = new WeakMap<Item, Time>()

function timeOf(item: Item): Time {
  const known = times.get(item)
  if (known) return known
  const at = isPending(item) ? item.createdAt : Date.parse(item.created_at)
  const time = { at, day: dayOf(at) }
  times.set(item, time)
  return time
}

/** A number for each day in the browser's time zone. */
export function dayOf(at: number): number {
  const date = new Date(at)
  return date.getFullYear() * 10_000 + date.getMonth() * 100 + date.getDate()
}

/**
 * How many older rows were put before those that were shown. After them, the same rows follow, perhaps with newer ones
 * at the end.
 */
export function countPrepended(before: readonly Row[], rows: readonly Row[]): number {
  const first = before[0]?.key
  if (first === undefined || rows[0]?.key === first) return 0
  return Math.max(
    0,
    rows.findIndex(({ key }) => key === first),
  )
}

/** The index of the entry with this `seq`, or −1. */
export function indexOfSeq(entries: readonly Entry[], seq: number): number {
  let low = 0
  let high = entries.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const at = entries[middle]?.seq ?? 0
    if (at === seq) return middle
    if (at < seq) low = middle + 1
    else high = middle - 1
  }
  return -1
}
