import { describe, expect, it } from 'vitest'
import { createDice } from '../../../local/faults/random.ts'

const draws = (seed: number, chances: Readonly<Record<string, number>>, times = 1000) => {
  const dice = createDice(seed)
  const chosen = Array.from({ length: times }, () => dice.choose('group', chances))
  return { chosen, strikes: dice.strikes() }
}

describe('the dice of the faults', () => {
  it('fall the same way for the same seed, and differently for another', () => {
    expect(draws(1, { a: 0.3 }).chosen).toEqual(draws(1, { a: 0.3 }).chosen)
    expect(draws(1, { a: 0.3 }).chosen).not.toEqual(draws(2, { a: 0.3 }).chosen)
  })

  it('strike with the given probability, and count the strikes', () => {
    const { chosen, strikes } = draws(1, { never: 0, often: 0.3, always: 1 }, 10_000)
    expect(strikes['group.often']).toBeGreaterThan(2_800)
    expect(strikes['group.often']).toBeLessThan(3_200)
    expect(strikes).toEqual({
      'group.often': chosen.filter((fault) => fault === 'often').length,
      'group.always': chosen.filter((fault) => fault === 'always').length,
    })
  })

  it('do not change the decisions on one fault when another is switched on', () => {
    const alone = draws(5, { a: 0.1, b: 0.2 }).chosen
    const together = draws(5, { a: 0.1, b: 0.2, c: 1 }).chosen
    expect(together.map((fault) => (fault === 'c' ? undefined : fault))).toEqual(alone)
  })

  it('give each fault its own stream', () => {
    const { strikes } = draws(9, { lost: 0.5, late: 0.5 }, 10_000)
    // Half of the events that the first fault did not strike; if both shared a stream, it would be none.
    expect(strikes['group.late']).toBeGreaterThan(2_300)
    expect(strikes['group.late']).toBeLessThan(2_700)
  })

  it('draw whole numbers up to a bound, both ends included', () => {
    const dice = createDice(1)
    const seen = new Set(Array.from({ length: 200 }, () => dice.upTo('n', 3)))
    expect([...seen].sort()).toEqual([0, 1, 2, 3])
  })
})
