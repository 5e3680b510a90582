import type { Clock } from '../../clock.ts'
import type { ScheduleModel } from '../../stack/schedules.ts'
import type { Invoke } from '../lambda/invoke.ts'

export interface ScheduleOptions {
  readonly model: ScheduleModel
  readonly invoke: Invoke
  readonly clock: Clock
  /** @default - the interval of the rule */
  readonly intervalMs?: number | undefined
}

/**
 * Invokes the target of a rule at its interval. Like EventBridge, it does not wait for the previous
 * invocation to finish. A failure appears in the function's own log, and the next invocation is the retry.
 * Returns a function that stops the schedule.
 */
export function startSchedule({ model, invoke, clock, intervalMs }: ScheduleOptions): () => void {
  const interval = intervalMs ?? model.intervalMs
  const next = () =>
    clock.after(interval, () => {
      cancel = next()
      invoke(model.functionId, model.input).catch(() => undefined)
    })
  let cancel = next()
  return () => cancel()
}
