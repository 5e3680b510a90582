import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Invoke } from '../../../local/aws/lambda/invoke.ts'
import { faultyDisconnects, faultyInvocations, workerFaults } from '../../../local/faults/invocations.ts'
import { parseFaults } from '../../../local/faults/options.ts'
import { createDice } from '../../../local/faults/random.ts'

const event = (eventType: string, n = 0) => ({ requestContext: { eventType }, n })
const batch = { Records: [{ messageId: 'm' }] }
const rest = { requestContext: { http: { method: 'GET' } } }

const createFunction = () => vi.fn<Invoke>(async () => ({ statusCode: 200 }))
const disconnects = (invoke: Invoke, disconnect: object, dice = createDice(1)) =>
  faultyDisconnects(invoke, parseFaults({ disconnect }).disconnect, dice)
const invocations = (invoke: Invoke, options: object, dice = createDice(1)) =>
  faultyInvocations(invoke, parseFaults({ invocations: options }).invocations, dice)

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout'] }))
afterEach(() => void vi.useRealTimers())

describe('disconnects with faults', () => {
  it('are unchanged while no fault is on, and so are other events', async () => {
    const invoke = createFunction()
    expect(disconnects(invoke, {})).toBe(invoke)
    for (const other of [event('CONNECT'), event('MESSAGE'), batch, rest]) {
      const isWanted = () => true
      await disconnects(invoke, { lost: 1 })('F', other, isWanted)
      expect(invoke).toHaveBeenLastCalledWith('F', other, isWanted)
    }
  })

  it.each([
    ['lost', 0, 0],
    ['late', 0, 1],
    ['twice', 2, 2],
  ])('%s: invoked %i times at once, %i times in the end', async (fault, atOnce, inTheEnd) => {
    const invoke = createFunction()
    const done = disconnects(invoke, { [fault]: 1, lateMillis: 500 })('F', event('DISCONNECT'))
    await vi.advanceTimersByTimeAsync(499)
    expect(invoke).toHaveBeenCalledTimes(atOnce)
    await vi.advanceTimersByTimeAsync(1)
    expect(await done).toEqual({ statusCode: 200 })
    expect(invoke).toHaveBeenCalledTimes(inTheEnd)
  })
})

describe('invocations with faults', () => {
  it('are unchanged while no fault is on', () => {
    const invoke = createFunction()
    expect(invocations(invoke, { delayMillis: 1 })).toBe(invoke)
  })

  it('are throttled for every event, before they reach the function', async () => {
    const invoke = createFunction()
    const throttled = invocations(invoke, { throttled: 1, twice: 1 })
    for (const one of [event('CONNECT'), event('MESSAGE'), event('DISCONNECT'), batch, rest]) {
      await expect(throttled('F', one)).rejects.toThrow('TooManyRequestsException')
    }
    expect(invoke).not.toHaveBeenCalled()
  })

  it('are duplicated for frames and batches only', async () => {
    const invoke = createFunction()
    const twice = invocations(invoke, { twice: 1 })
    for (const one of [event('CONNECT'), event('DISCONNECT'), rest]) await twice('F', one)
    expect(invoke).toHaveBeenCalledTimes(3)
    for (const one of [event('MESSAGE'), batch]) await twice('F', one)
    expect(invoke).toHaveBeenCalledTimes(7)
  })

  it('return the first result, even if the duplicate fails', async () => {
    const invoke = vi.fn<Invoke>().mockResolvedValueOnce('first').mockRejectedValueOnce(new Error('other'))
    expect(await invocations(invoke, { twice: 1 })('F', event('MESSAGE'))).toBe('first')
  })

  it('are reordered, in the same way for the same seed', async () => {
    const order = async (seed: number) => {
      const invoke = createFunction()
      const reordered = invocations(invoke, { reordered: 0.5, delayMillis: 100 }, createDice(seed))
      const all = Array.from({ length: 20 }, (_, n) => reordered('F', event('MESSAGE', n)))
      await vi.advanceTimersByTimeAsync(100)
      await Promise.all(all)
      return invoke.mock.calls.map(([, given]) => (given as { n: number }).n)
    }
    const first = await order(3)
    expect(first).not.toEqual([...first].sort((one, other) => one - other))
    expect(await order(3)).toEqual(first)
    expect(await order(4)).not.toEqual(first)
  })
})

describe('containers with faults', () => {
  it('have no faults while none is on', () => {
    expect(workerFaults(parseFaults({}), createDice(1))).toBeUndefined()
  })

  it('are killed at one of six calls, and have clocks within the bounds', () => {
    const faults = workerFaults(
      parseFaults({ invocations: { killed: 0.5 }, clockOffsetMillis: 1000 }),
      createDice(1),
    )
    const calls = Array.from({ length: 200 }, () => faults?.diesAtCall())
    expect(new Set(calls)).toEqual(new Set([undefined, 1, 2, 3, 4, 5, 6]))
    const offsets = Array.from({ length: 200 }, () => faults?.clockOffsetMs() ?? 0)
    expect(Math.min(...offsets)).toBeLessThan(-900)
    expect(Math.min(...offsets)).toBeGreaterThanOrEqual(-1000)
    expect(Math.max(...offsets)).toBeGreaterThan(900)
    expect(Math.max(...offsets)).toBeLessThanOrEqual(1000)
  })
})
