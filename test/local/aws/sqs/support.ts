import { join } from 'node:path'
import { type Mock, onTestFinished, vi } from 'vitest'
import { openQueues } from '../../../../local/aws/sqs/queues.ts'
import type { Clock } from '../../../../local/clock.ts'
import type { QueueModel } from '../../../../local/stack/queues.ts'
import { temporaryDirectory } from '../../temporary.ts'

export const noon = Date.parse('2026-01-01T12:00:00.000Z')

export interface HandClock extends Clock {
  /** Advances the time and runs the timers that expire in the meantime, in order. */
  pass(ms: number): Promise<void>
  /** The number of pending timers. */
  readonly waiting: number
}

/** A clock that only moves when the test calls `pass`. */
export function aClock(): HandClock {
  let time = noon
  const due = new Set<{ readonly at: number; readonly act: () => void }>()
  return {
    now: () => time,
    after(ms, act) {
      const timer = { at: time + ms, act }
      due.add(timer)
      return () => due.delete(timer)
    },
    get waiting() {
      return due.size
    },
    async pass(ms) {
      const until = time + ms
      await settled()
      for (;;) {
        const [next] = [...due].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)
        if (!next) break
        due.delete(next)
        time = next.at
        next.act()
        await settled()
      }
      time = until
    },
  }
}

/** Lets all settled promises run their continuations. */
export const settled = () => new Promise<void>((resolve) => setImmediate(resolve))

const arn = (name: string) => `arn:aws:sqs:eu-west-1:000000000000:${name}`
const url = (name: string) => `https://sqs.eu-west-1.amazonaws.com/000000000000/${name}`
const standard = (name: string): QueueModel => ({
  name,
  arn: arn(name),
  url: url(name),
  visibilityMs: 180_000,
  retentionMs: 4 * 86_400_000,
})

export const tasksModel: QueueModel = {
  ...standard('Tasks'),
  redrive: { deadLetterArn: arn('Dead'), maxReceiveCount: 2 },
}
export const deadModel = standard('Dead')

/** A task queue that gives up after two deliveries, and its dead-letter queue. */
export function someQueues({
  file = join(temporaryDirectory(), 'queues.jsonl'),
  clock = aClock(),
  warn = vi.fn(),
}: {
  readonly file?: string
  readonly clock?: HandClock
  readonly warn?: Mock<(line: string) => void>
} = {}) {
  const queues = openQueues({ models: [tasksModel, deadModel], file, clock, warn })
  onTestFinished(() => queues.close())
  const queueOf = (model: QueueModel) => {
    const queue = queues.byArn(model.arn)
    if (!queue) throw new Error(`no queue ${model.name}`)
    return queue
  }
  return { file, clock, warn, queues, tasks: queueOf(tasksModel), dead: queueOf(deadModel) }
}
