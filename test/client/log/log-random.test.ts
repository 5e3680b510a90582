import { describe, expect, it } from 'vitest'
import { emptyLog, insert, startAfter } from '../../../client/log/log.ts'
import type { LogState } from '../../../client/shared.ts'
import type { Entry } from '../../../client/types.ts'
import type { Message } from '../../../client/wire.ts'
import { type Hazards, runAtRandom } from './random-run.ts'

const SEEDS = Array.from({ length: 200 }, (_, i) => i + 1)

const problems = (add: typeof insert, hazards: Hazards) =>
  SEEDS.flatMap((seed) => {
    const problem = runAtRandom(seed, add, hazards)
    return problem === undefined ? [] : [`seed ${seed}, ${problem}`]
  })

describe('a log that is fed at random', () => {
  it('[CLIENT-1] is complete, in order and never goes back to an earlier version', () => {
    expect(problems(insert, {})).toEqual([])
  })

  it('[CLIENT-1] ends with the last of two concurrent edits, also if that one has the earlier time', () => {
    expect(problems(insert, { timesGoBack: true })).toEqual([])
  })

  it('[CLIENT-1] ends with the last edit, also if earlier pushes already showed it', () => {
    expect(problems(insert, { latePushes: true })).toEqual([])
  })

  it('[CLIENT-1] ends with the last edit, also if a page contains earlier versions of its messages', () => {
    expect(problems(insert, { tornPages: true })).toEqual([])
  })
})

it('[CLIENT-1] a page from before the log began again is ignored, because changes after it were missed', () => {
  const at = (seq: number) => ({ kind: 'message', seq, sender_id: 'grace', content: '' }) as Message
  const begun = insert(startAfter(emptyLog(), 4), [at(5)], 5)
  const log = insert(insert(begun, [at(1), at(2)], 2), [at(3), at(4)], 5)
  expect(log.entries.map(({ seq }) => seq)).toEqual([3, 4, 5])
})

type Known = (readonly [number, NonNullable<ReturnType<LogState['known']['get']>>])[]
/** Changes what the log knows before entries are added. */
const withKnown =
  (change: (known: Known, log: LogState) => Known): typeof insert =>
  (log, incoming, upTo) =>
    insert({ ...log, known: new Map(change([...log.known], log)) }, incoming, upTo)

/** Each of these mistakes has to be noticed, otherwise the test above proves little. */
const mistakes: Readonly<Record<string, typeof insert>> = {
  'a page shows the last of its versions of a message': (log, incoming, upTo) =>
    insert(log, [...incoming].reverse(), upTo),
  'entries beyond a gap are not held back': (log, incoming, upTo) => {
    for (const entry of incoming)
      log = insert({ ...log, last: Math.max(log.last, entry.seq - 1) }, [entry], upTo)
    return log
  },
  'entries are listed as they arrive': (log, incoming, upTo) => {
    const next = insert(log, incoming, upTo)
    const beyond = [...next.known.values()].flatMap(({ entry }) =>
      entry.seq > next.last && entry.kind === 'message' ? [entry as Entry] : [],
    )
    return { ...next, entries: [...next.entries, ...beyond] }
  },
  'an earlier version replaces a later one': withKnown((known) =>
    known.map(([seq, { entry }]) => [seq, { entry, upTo: 0 }]),
  ),
  'a version replaces those that another page has shown': (log, incoming, upTo) =>
    insert(log, incoming, upTo && Number.POSITIVE_INFINITY),
  'a change of a message that is not loaded is forgotten': withKnown((known, { first }) =>
    known.filter(([seq]) => seq >= first),
  ),
}

describe('the random runs notice that', () => {
  it.each(Object.entries(mistakes))('%s', (_, mistake) => {
    expect(
      SEEDS.some((seed) => runAtRandom(seed, mistake, { tornPages: seed % 2 === 0 }) !== undefined),
    ).toBe(true)
  })
})
