import { describe, expect, it } from 'vitest'
import type { Entry, Pending } from '../../../client/index.ts'
import { countPrepended, indexOfSeq, rowsOf } from '../../../web/conversation/rows.ts'
import { joined, message, pendingMessage } from './entries.ts'

const rows = (entries: readonly Entry[], pending: readonly Pending[] = [], firstNewSeq?: number) =>
  rowsOf({ entries, pending, userId: 'ada', firstNewSeq })

describe('rows', () => {
  it('join messages of one sender that follow each other within five minutes', () => {
    const shown = rows([
      message(1, 'grace', '10:00'),
      message(2, 'grace', '10:04'),
      message(3, 'grace', '10:10'),
      message(4, 'ada', '10:11'),
    ])
    expect(shown.map(({ startsRun }) => startsRun)).toEqual([true, false, true, true])
    expect(shown.map(({ endsRun }) => endsRun)).toEqual([false, true, true, true])
  })

  it('separate runs where a user has joined', () => {
    const shown = rows([message(1, 'grace'), joined(2, 'grace'), message(3, 'grace')])
    expect(shown.map(({ startsRun }) => startsRun)).toEqual([true, true, true])
  })

  it('begin a day with its first entry', () => {
    const shown = rows([
      message(1, 'grace', '23:58', 2),
      message(2, 'grace', '00:01', 3),
      message(3, 'grace', '00:02', 3),
    ])
    expect(shown.map(({ startsDay }) => startsDay)).toEqual([true, true, false])
    expect(shown.map(({ startsRun }) => startsRun)).toEqual([true, true, false])
  })

  it('begin a run at the divider', () => {
    const shown = rows([message(1, 'grace'), message(2, 'grace')], [], 2)
    expect(shown.map(({ isFirstNew }) => isFirstNew)).toEqual([false, true])
    expect(shown.map(({ startsRun }) => startsRun)).toEqual([true, true])
  })

  it('end with what is not sent yet, as a part of the run of the user', () => {
    const shown = rows([message(1, 'ada', '10:00')], [pendingMessage('x', '10:01')])
    expect(shown.map(({ isOwn, startsRun }) => [isOwn, startsRun])).toEqual([
      [true, true],
      [true, false],
    ])
  })

  it('keep the key of a message when it is acknowledged', () => {
    const [waiting] = rows([], [pendingMessage('x')])
    const [acknowledged] = rows([message(1, 'ada', '10:00', 1, { client_message_id: 'x' })])
    expect(acknowledged?.key).toBe(waiting?.key)
  })

  it('have different keys although another user has chosen the same client_message_id', () => {
    const same = { client_message_id: 'x' }
    const keys = rows([message(1, 'ada', '10:00', 1, same), message(2, 'grace', '10:00', 1, same)]).map(
      ({ key }) => key,
    )
    expect(new Set(keys).size).toBe(2)
  })
})

describe('older rows', () => {
  const newer = rows([message(3, 'grace'), message(4, 'grace')])

  it('are counted where they come before those that were shown', () => {
    expect(countPrepended(newer, rows([1, 2, 3, 4, 5].map((seq) => message(seq, 'grace'))))).toBe(2)
  })

  it('are none if rows follow, or if everything is replaced', () => {
    expect(countPrepended(newer, rows([3, 4, 5].map((seq) => message(seq, 'grace'))))).toBe(0)
    expect(countPrepended(newer, rows([message(9, 'grace')]))).toBe(0)
    expect(countPrepended([], newer)).toBe(0)
  })
})

it('an entry is found by its seq although some have no row', () => {
  const entries = [2, 3, 7, 8, 12].map((seq) => message(seq, 'grace'))
  expect([2, 7, 12].map((seq) => indexOfSeq(entries, seq))).toEqual([0, 2, 4])
  expect([1, 5, 13].map((seq) => indexOfSeq(entries, seq))).toEqual([-1, -1, -1])
})
