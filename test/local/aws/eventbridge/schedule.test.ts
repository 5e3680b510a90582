import { describe, expect, it, vi } from 'vitest'
import { startSchedule } from '../../../../local/aws/eventbridge/schedule.ts'
import { type Invoke, ThrottledError } from '../../../../local/aws/lambda/invoke.ts'
import { aClock } from '../sqs/support.ts'

const model = {
  functionId: 'Worker',
  intervalMs: 60_000,
  retryAttempts: 0,
  maxEventAgeMs: 60_000,
  inputAt: () => ({ task: 'sweep' }),
}

function aSchedule(run: () => Promise<unknown>, changes: Partial<typeof model> = {}, intervalMs?: number) {
  const clock = aClock()
  const invoke = vi.fn<Invoke>(run)
  const options = { model: { ...model, ...changes }, invoke, clock, intervalMs }
  return { clock, invoke, stop: startSchedule(options) }
}

describe('a schedule', () => {
  it('invokes its target at each interval', async () => {
    const { clock, invoke } = aSchedule(async () => undefined)
    await clock.pass(59_999)
    expect(invoke).not.toHaveBeenCalled()
    await clock.pass(1)
    expect(invoke.mock.calls).toEqual([['Worker', { task: 'sweep' }]])
    await clock.pass(120_000)
    expect(invoke).toHaveBeenCalledTimes(3)
  })

  it('continues when the function fails or never returns', async () => {
    const { clock, invoke } = aSchedule(() => Promise.reject(new Error('broken')))
    await clock.pass(120_000)
    expect(invoke).toHaveBeenCalledTimes(2)
    const hanging = aSchedule(() => new Promise(() => undefined))
    await hanging.clock.pass(120_000)
    expect(hanging.invoke).toHaveBeenCalledTimes(2)
  })

  it('retries a throttled invocation with doubling pauses until the event is too old, as Lambda does', async () => {
    const hour = { intervalMs: 3_600_000 }
    const { clock, invoke } = aSchedule(() => Promise.reject(new ThrottledError()), hour)
    await clock.pass(3_600_000)
    expect(invoke).toHaveBeenCalledTimes(1)
    await clock.pass(1000 + 2000 + 4000)
    expect(invoke).toHaveBeenCalledTimes(4)
    // After 8, 16 and 32 s more, the last of which would be too late.
    await clock.pass(600_000)
    expect(invoke).toHaveBeenCalledTimes(6)
    expect(clock.waiting).toBe(1)
  })

  it('retries a failed invocation as often as the stack allows, after one and two minutes', async () => {
    const twice = { intervalMs: 3_600_000, retryAttempts: 2, maxEventAgeMs: 3_600_000 }
    const { clock, invoke } = aSchedule(() => Promise.reject(new Error('broken')), twice)
    await clock.pass(3_600_000 + 60_000)
    expect(invoke).toHaveBeenCalledTimes(2)
    await clock.pass(120_000)
    expect(invoke).toHaveBeenCalledTimes(3)
    await clock.pass(600_000)
    expect(invoke).toHaveBeenCalledTimes(3)
  })

  it('retries nothing after it is stopped', async () => {
    const { clock, invoke, stop } = aSchedule(() => Promise.reject(new ThrottledError()))
    await clock.pass(60_000)
    stop()
    await clock.pass(60_000)
    expect(invoke).toHaveBeenCalledOnce()
    expect(clock.waiting).toBe(0)
  })

  it('can run at a shorter interval, and leaves no timer when stopped', async () => {
    const { clock, invoke, stop } = aSchedule(async () => undefined, {}, 100)
    await clock.pass(250)
    expect(invoke).toHaveBeenCalledTimes(2)
    stop()
    expect(clock.waiting).toBe(0)
  })
})
