import { join } from 'node:path'
import { type Mock, onTestFinished, vi } from 'vitest'
import { openQueues } from '../../../../local/aws/sqs/queues.ts'
import type { Clock } from '../../../../local/clock.ts'
import type { QueueModel } from '../../../../local/stack/queues.ts'
import { temporaryDirectory } from '../../temporary.ts'

export const noon = Date.parse('2026-01-01T12:00:00.000Z')

export interface HandClock extends Clock {
  /** Lets time pass, and everything happen that falls due meanwhile, in its order. */
  pass(millis: number): Promise<void>
  /** How many wait for their time. */
  readonly waiting: number
}

/** A clock that somebody moves by hand. */
export function aClock(): HandClock {
  let time = noon
  const due = new Set<{ readonly at: number; readonly act: () => void }>()
  return {
    now: () => time,
    after(millis, act) {
      const timer = { at: time + millis, act }
      due.add(timer)
      return () => due.delete(timer)
    },
    get waiting() {
      return due.size
    },
    async pass(millis) {
      const until = time + millis
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

/** Whatever promises have already been kept is noticed by those who wait for them. */
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

/** The queues of a stack, a queue of tasks and that of its dead letters, which gives up after two deliveries. */
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
