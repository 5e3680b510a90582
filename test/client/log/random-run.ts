import { indexOfSeq } from '../../../client/log/entries.ts'
import type { insert, prepend } from '../../../client/log/log.ts'
import { emptyLog, type LogState, moveCursor, startAfter } from '../../../client/log/log-state.ts'
import { confirmVersions, type showVersion } from '../../../client/log/versions.ts'
import type { Message } from '../../../client/wire.ts'
import { Random } from '../../../verification/model/random.ts'
import { createServerLog, ME, OTHER, type ServerLog } from './server-log.ts'

/** What a run tests; a test can pass a function with a mistake. */
export interface Functions {
  readonly insert: typeof insert
  readonly prepend: typeof prepend
  readonly showVersion: typeof showVersion
}

export interface Hazards {
  /** Of two changes in a row, the second one can have the earlier time. */
  readonly timesGoBack?: boolean
  /** A push can show a later version than the one of its entry. */
  readonly latePushes?: boolean
}

const STEPS = 120
const MAX_ENTRIES = 60

/**
 * Feeds a log with pages, pushes and answers that are lost, repeated, delayed and out of order, and compares it with
 * the log of the server after each one and at the end.
 *
 * @returns what is wrong; undefined if nothing is
 */
export function runAtRandom(
  seed: number,
  { insert, prepend, showVersion }: Functions,
  { timesGoBack = false, latePushes = false }: Hazards = {},
): string | undefined {
  const random = new Random(seed)
  const chance = (probability: number) => random.chance(probability)
  const server = createServerLog(random, { timesGoBack })
  const onTheWay: (() => void)[] = []
  const waitingPushes: number[] = []
  const inFlight = { join: false, older: false }
  let log: LogState = { ...emptyLog, user: ME }

  for (let i = random.below(20); i > 0; i--) server.commit()
  log = startAfter(log, random.below(server.length() + 1))
  server.cursors[ME] = random.below(log.last + 1)
  log = moveCursor(log, 'mine', { seq: server.cursors[ME] })

  function push(seq: number): void {
    const entry = server.show(seq, latePushes && chance(0.3) ? server.length() : seq)
    const { kind } = entry
    const pushed = kind === 'message_updated' ? { kind, seq, message: entry.message } : entry
    const deliver = () => {
      log = insert(log, [pushed])
    }
    for (let copies = chance(0.2) ? 0 : chance(0.1) ? 2 : 1; copies > 0; copies--) onTheWay.push(deliver)
  }

  function join(): void {
    if (inFlight.join) return
    inFlight.join = true
    const after = server.length() - log.last > 15 ? server.length() - 5 : log.last
    const page = server.page(after, 1 + random.below(10))
    const [asked, upTo] = [log, server.length()]
    onTheWay.push(() => {
      inFlight.join = false
      log = confirmVersions(log, asked, upTo)
      log = insert(after > log.last ? startAfter(log, after) : log, page, upTo)
    })
  }

  function older(): void {
    const { first } = log
    if (inFlight.older || first === 1) return
    inFlight.older = true
    const start = Math.max(0, first - 1 - (1 + random.below(8)))
    const page = {
      messages: server.page(start, first - 1 - start),
      last_seq: server.length(),
      has_more: start > 0,
    }
    onTheWay.push(() => {
      inFlight.older = false
      if (log.first === first) log = prepend(log, page)
    })
  }

  function edit(): void {
    const seq = server.changeable()[random.below(Math.max(1, server.changeable().length))]
    if (seq === undefined) return
    const find = () => log.entries.find((entry) => entry.seq === seq)
    const before = find()
    server.commit(seq)
    waitingPushes.push(server.length())
    const answer = server.show(seq) as Message
    onTheWay.push(() => {
      if (find() === before) log = showVersion(log, answer)
    })
  }

  function read(): void {
    if (chance(0.5)) {
      server.cursors[ME] = Math.max(server.cursors[ME], random.below(log.last + 1))
      log = moveCursor(log, 'mine', { seq: server.cursors[ME] })
    } else {
      const seq = Math.max(server.cursors[OTHER], random.below(server.length() + 1))
      server.cursors[OTHER] = seq
      onTheWay.push(() => {
        log = moveCursor(log, 'others', { seq })
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
  const check = createCheck(server, { isStrict: !timesGoBack && !latePushes })
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
  // Every edit is followed by a page that was asked for after its answer.
  join()
  deliver()
  log = moveCursor(log, 'others', { seq: server.cursors[OTHER] })
  return check(log) ?? differenceTo(server, log)
}

/** Checks what always holds; with `isStrict` also that no message goes back to an earlier version. */
function createCheck(server: ServerLog, { isStrict }: { readonly isStrict: boolean }) {
  let before: LogState = emptyLog
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
      const old = before.entries[indexOfSeq(before.entries, seq)]
      if (old?.seq !== seq || old.kind !== 'message') continue
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
