import { emptyLog, type insert, moveCursor, startAfter } from '../../../client/log/log.ts'
import type { LogState } from '../../../client/shared.ts'
import type { LogEntry, Message } from '../../../client/wire.ts'
import { Random } from '../../../verification/model/random.ts'
import { createServerLog, ME, OTHER, type ServerLog } from './server-log.ts'

export interface Hazards {
  /** Of two changes in a row, the second one can have the earlier time. */
  readonly timesGoBack?: boolean
  /** A push can show a later version than the one of its entry. */
  readonly latePushes?: boolean
  /** A page can contain earlier versions of messages than the changes in it, and than its `last_seq`. */
  readonly tornPages?: boolean
}

const STEPS = 120
const MAX_ENTRIES = 60

/**
 * Feeds a log with pages and pushes that are lost, repeated, delayed and out of order, and compares it with the log of
 * the server after each one and at the end.
 *
 * @param add how entries are added; a test can pass a function with a mistake
 * @returns what is wrong; undefined if nothing is
 */
export function runAtRandom(
  seed: number,
  add: typeof insert,
  { timesGoBack = false, latePushes = false, tornPages = false }: Hazards = {},
): string | undefined {
  const random = new Random(seed)
  const chance = (probability: number) => random.chance(probability)
  const server = createServerLog(random, { timesGoBack })
  const onTheWay: (() => void)[] = []
  const waitingPushes: number[] = []
  const inFlight = { join: false }
  let log: LogState = emptyLog(ME)

  for (let i = random.below(20); i > 0; i--) server.commit()
  log = startAfter(log, random.below(server.length() + 1))
  server.cursors[ME] = random.below(log.last + 1)
  log = moveCursor(log, 'myCursor', server.cursors[ME])

  function push(seq: number): void {
    const entry = server.show(seq, latePushes && chance(0.3) ? server.length() : seq)
    const { kind } = entry
    const pushed =
      kind === 'message_updated' ? { kind, seq, ...(entry.message && { message: entry.message }) } : entry
    const deliver = () => {
      log = add(log, [pushed])
    }
    for (let copies = chance(0.2) ? 0 : chance(0.1) ? 2 : 1; copies > 0; copies--) onTheWay.push(deliver)
  }

  function join(): void {
    if (inFlight.join) return
    inFlight.join = true
    const after = server.length() - log.last > 8 ? server.length() - 5 : log.last
    const entries = server.page(after, 1 + random.below(10))
    const end = entries.at(-1)?.seq ?? after
    // Its copies of messages lack at least the changes that it does not contain, as if they had been read earlier.
    const page = entries.map((entry) =>
      tornPages && entry.kind === 'message' && chance(0.5) ? server.show(entry.seq, entry.seq) : entry,
    )
    const upTo = tornPages && end < server.length() ? end : server.length()
    onTheWay.push(() => {
      inFlight.join = false
      log = add(after > log.last ? startAfter(log, after) : log, page, upTo)
    })
  }

  function deliverLater(page: readonly LogEntry[]): void {
    const lastSeq = server.length()
    onTheWay.push(() => {
      log = add(log, page, lastSeq)
    })
  }

  function older(): void {
    const end = log.first - 1
    const start = Math.max(0, end - (1 + random.below(8)))
    if (end > 0) deliverLater(server.page(start, end - start))
  }

  /** The user changes a message, which is then read again. */
  function edit(): void {
    const seq = server.changeable()[random.below(Math.max(1, server.changeable().length))]
    if (seq === undefined) return
    server.commit(seq)
    waitingPushes.push(server.length())
    deliverLater(server.page(seq - 1, 1))
  }

  function read(): void {
    if (chance(0.5)) {
      server.cursors[ME] = Math.max(server.cursors[ME], random.below(log.last + 1))
      log = moveCursor(log, 'myCursor', server.cursors[ME])
    } else {
      const seq = Math.max(server.cursors[OTHER], random.below(server.length() + 1))
      server.cursors[OTHER] = seq
      onTheWay.push(() => {
        log = moveCursor(log, 'othersCursor', seq)
      })
    }
  }

  function deliver(): void {
    onTheWay.splice(random.below(onTheWay.length), 1)[0]?.()
  }

  const actions = [
    () => {
      server.commit()
      waitingPushes.push(server.length())
    },
    () => {
      for (const seq of waitingPushes.splice(0)) push(seq)
    },
    edit,
    join,
    older,
    read,
    deliver,
    deliver,
    deliver,
    deliver,
  ]
  const check = createCheck(server, { isStrict: !timesGoBack && !latePushes && !tornPages })
  for (let i = 0; i < STEPS; i++) {
    if (server.length() < MAX_ENTRIES || onTheWay.length > 0) {
      actions[server.length() < MAX_ENTRIES ? random.below(actions.length) : actions.length - 1]?.()
    }
    const problem = check(log)
    if (problem) return `after step ${i}: ${problem}`
  }
  for (const seq of waitingPushes.splice(0)) push(seq)
  while (onTheWay.length > 0 || log.last < server.length() || log.first > 1) {
    if (onTheWay.length === 0) log.last < server.length() ? join() : older()
    deliver()
    const problem = check(log)
    if (problem) return `at the end: ${problem}`
  }
  log = moveCursor(log, 'othersCursor', server.cursors[OTHER])
  return check(log) ?? differenceTo(server, log)
}

/** Checks what always holds; with `isStrict` also that no message goes back to an earlier version. */
function createCheck(server: ServerLog, { isStrict }: { readonly isStrict: boolean }) {
  let before: LogState = emptyLog()
  return (log: LogState): string | undefined => {
    const expected = Array.from({ length: log.last - log.first + 1 }, (_, i) => log.first + i).filter(
      server.isListed,
    )
    const listed = log.entries.map(({ seq }) => seq)
    if (listed.join() !== expected.join()) return `${listed} is listed instead of ${expected}`
    for (const entry of log.entries) {
      if (entry.kind !== 'message') continue
      const { seq } = entry
      const version = server.versionOf(entry)
      if (isStrict && version < server.latestVersion(seq, log.last))
        return `${seq} lacks a change that has been applied`
      const old = before.entries.find((other) => other.seq === seq)
      if (old?.kind !== 'message') continue
      if (isStrict && version < server.versionOf(old)) return `${seq} went back to an earlier version`
      if (old.is_read && !entry.is_read) return `${seq} went back to unread`
    }
    before = log
    return undefined
  }
}

function differenceTo(server: ServerLog, log: LogState): string | undefined {
  for (const entry of log.entries) {
    const { read_at: _, ...shown } = entry as Message
    const expected = server.show(entry.seq)
    if (JSON.stringify(sorted(shown)) !== JSON.stringify(sorted(expected))) {
      return `${JSON.stringify(shown)} is shown at the end instead of ${JSON.stringify(expected)}`
    }
  }
  return undefined
}

const sorted = (value: object) => Object.fromEntries(Object.entries(value).sort())
