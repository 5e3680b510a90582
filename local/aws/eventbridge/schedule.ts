import type { Clock } from '../../clock.ts'
import type { ScheduleModel } from '../../stack/schedules.ts'
import { type Invoke, ThrottledError } from '../lambda/invoke.ts'

export interface ScheduleOptions {
  readonly model: ScheduleModel
  readonly invoke: Invoke
  readonly clock: Clock
  /** @default - the interval of the rule */
  readonly intervalMs?: number | undefined
  /** Called with a metric of Lambda when the event is queued, and when it is dropped. @default - not counted */
  readonly count?: (metric: 'AsyncEventsReceived' | 'AsyncEventsDropped') => void
}

/**
 * How long Lambda waits before it retries an asynchronous invocation. After a failure, the pause depends on the number
 * of failures; while the invocation is throttled, the pause doubles each time.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
const FAILED_PAUSES_MS = [60_000, 120_000]
const THROTTLED_PAUSE_MS = 1_000
const MAX_THROTTLED_PAUSE_MS = 300_000

/**
 * Invokes the target of a rule at its interval. The invocations are asynchronous, as with EventBridge: none waits for
 * the previous one to finish, and those that fail or are throttled are retried, as Lambda does. A failure appears in
 * the function's own log. Returns a function that stops the schedule.
 */
export function startSchedule({
  model,
  invoke,
  clock,
  intervalMs,
  count = () => {},
}: ScheduleOptions): () => void {
  const interval = intervalMs ?? model.intervalMs
  const timers = new Set<() => void>()
  const after = (ms: number, act: () => void) => {
    const cancel = clock.after(ms, () => {
      timers.delete(cancel)
      act()
    })
    timers.add(cancel)
  }
  let stopped = false

  const run = async (): Promise<void> => {
    count('AsyncEventsReceived')
    const dueAt = clock.now()
    const expiresAt = dueAt + model.maxEventAgeMs
    const event = model.inputAt(dueAt)
    const failedPausesMs = FAILED_PAUSES_MS.slice(0, model.retryAttempts)
    let throttled = 0
    while (!stopped) {
      try {
        return void (await invoke(model.functionId, event))
      } catch (error) {
        const pauseMs =
          error instanceof ThrottledError
            ? Math.min(THROTTLED_PAUSE_MS * 2 ** throttled++, MAX_THROTTLED_PAUSE_MS)
            : failedPausesMs.shift()
        if (pauseMs === undefined || clock.now() + pauseMs > expiresAt) return count('AsyncEventsDropped')
        await new Promise<void>((resolve) => after(pauseMs, resolve))
      }
    }
  }
  const next = () =>
    after(interval, () => {
      next()
      void run()
    })
  next()
  return () => {
    stopped = true
    for (const cancel of timers) cancel()
  }
}
