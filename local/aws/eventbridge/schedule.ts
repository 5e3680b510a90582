import type { Clock } from '../../clock.ts'
import type { ScheduleModel } from '../../stack/schedules.ts'
import type { Invoke } from '../gateway/model.ts'

export interface ScheduleOptions {
  readonly model: ScheduleModel
  readonly invoke: Invoke
  readonly clock: Clock
  /** @default - what the rule says */
  readonly intervalMs?: number | undefined
}

/**
 * Invokes the target of a rule again and again, like EventBridge whether or not the last time is over. A failure is
 * told by the function's own log, and the next time is the retry. Returns the way to stop.
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
