import { describe, expect, it } from 'vitest'
import { concurrently } from '../../lambdas/async.ts'

const turn = () => new Promise(setImmediate)

/** Work on items that ends when the test ends it; the item `bad` fails at once. */
function someWork() {
  const [started, ended]: [string[], string[]] = [[], []]
  const ends = new Map<string, () => void>()
  return {
    started,
    ended,
    async run(item: string): Promise<void> {
      started.push(item)
      if (item === 'bad') throw new Error('bad')
      await new Promise<void>((resolve) => ends.set(item, resolve))
      ended.push(item)
    },
    async end(item: string): Promise<void> {
      ends.get(item)?.()
      await turn()
    },
  }
}

describe('concurrent work', () => {
  it('has at most the given number of items in flight', async () => {
    const { started, run, end } = someWork()
    const all = concurrently(['a', 'b', 'c'], 2, run)
    await turn()
    expect(started).toEqual(['a', 'b'])
    await end('b')
    expect(started).toEqual(['a', 'b', 'c'])
    for (const item of ['a', 'c']) await end(item)
    await all
  })

  it('F4: rejects only when everything that was started has settled, so that no invocation ends before its work', async () => {
    const { ended, run, end } = someWork()
    const outcomes: string[] = []
    const all = concurrently(['bad', 'a', 'b'], 2, run).catch(({ message }) => outcomes.push(message))
    await end('')
    await end('a')
    expect([ended, outcomes]).toEqual([['a'], []])
    await end('b')
    await all
    expect([ended, outcomes]).toEqual([['a', 'b'], ['bad']])
  })
})
