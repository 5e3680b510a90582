import { describe, expect, it, vi } from 'vitest'
import { startSchedule } from '../../../../local/aws/eventbridge/schedule.ts'
import type { Invoke } from '../../../../local/aws/lambda/invoke.ts'
import { aClock } from '../sqs/support.ts'

const model = { id: 'Sweep', functionId: 'Worker', intervalMs: 60_000, input: { task: 'sweep' } }

function aSchedule(run: () => Promise<unknown>, intervalMs?: number) {
  const clock = aClock()
  const invoke = vi.fn<Invoke>(run)
  return { clock, invoke, stop: startSchedule({ model, invoke, clock, intervalMs }) }
}

describe('a schedule', () => {
  it('invokes its target with the constant input at each interval', async () => {
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

  it('can run at a shorter interval, and leaves no timer when stopped', async () => {
    const { clock, invoke, stop } = aSchedule(async () => undefined, 100)
    await clock.pass(250)
    expect(invoke).toHaveBeenCalledTimes(2)
    stop()
    expect(clock.waiting).toBe(0)
  })
})
