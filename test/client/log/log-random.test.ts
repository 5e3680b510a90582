import { describe, expect, it } from 'vitest'
import { insert, prepend } from '../../../client/log/log.ts'
import { showVersion } from '../../../client/log/versions.ts'
import type { Entry } from '../../../client/types.ts'
import { type Functions, type Hazards, runAtRandom } from './random-run.ts'

const functions: Functions = { insert, prepend, showVersion }
const SEEDS = Array.from({ length: 200 }, (_, i) => i + 1)

const problems = (tested: Functions, hazards: Hazards) =>
  SEEDS.flatMap((seed) => {
    const problem = runAtRandom(seed, tested, hazards)
    return problem === undefined ? [] : [`seed ${seed}, ${problem}`]
  })

describe('a log that is fed at random', () => {
  it('[CLIENT-1] is complete, in order and never goes back to an earlier version', () => {
    expect(problems(functions, {})).toEqual([])
  })

  it('[CLIENT-1] ends with the last of two concurrent edits, also if that one has the earlier time', () => {
    expect(problems(functions, { timesGoBack: true })).toEqual([])
  })

  it('[CLIENT-1] ends with the last edit, also if earlier pushes already showed it', () => {
    expect(problems(functions, { latePushes: true })).toEqual([])
  })
})

/** Each of these mistakes has to be noticed, otherwise the test above proves little. */
const mistakes: Readonly<Record<string, Partial<Functions>>> = {
  'entries beyond a hole are not held back': {
    insert: (log, incoming, upTo) =>
      incoming.reduce(
        (next, entry) =>
          entry.seq > next.last
            ? insert({ ...next, last: entry.seq - 1 }, [entry], upTo)
            : insert(next, [entry], upTo),
        log,
      ),
  },
  'entries are listed as they arrive': {
    insert: (log, incoming, upTo) => {
      const { held, last, head, ...next } = insert(log, incoming, upTo)
      const arrived = [...held.values()].filter((entry): entry is Entry => entry.kind === 'message')
      return { ...next, held: new Map(), last, head, entries: [...next.entries, ...arrived] }
    },
  },
  'a change that arrives again is applied again': {
    insert: (log, incoming, upTo) =>
      incoming.reduce(
        (next, entry) =>
          entry.kind === 'message_updated' && entry.seq <= next.last
            ? {
                ...next,
                entries: next.entries.map((old) => (old.seq === entry.message.seq ? entry.message : old)),
              }
            : insert(next, [entry], upTo),
        log,
      ),
  },
  'an earlier change undoes the version that an edit returned': {
    insert: (log, incoming, upTo) => insert({ ...log, ahead: new Map() }, incoming, upTo),
  },
  'a change of a message that is being loaded is forgotten': {
    prepend: (log, page) => prepend({ ...log, changed: new Map() }, page),
  },
}

it('[CLIENT-1] a message that an edit returned as read stays read', () => {
  expect(runAtRandom(1201, functions, { timesGoBack: true, latePushes: true })).toBeUndefined()
})

describe('the random runs notice that', () => {
  it.each(Object.entries(mistakes))('%s', (_, mistake) => {
    const tested = { ...functions, ...mistake }
    expect(SEEDS.some((seed) => runAtRandom(seed, tested, {}) !== undefined)).toBe(true)
  })
})
