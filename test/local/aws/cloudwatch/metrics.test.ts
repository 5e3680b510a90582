import { describe, expect, it } from 'vitest'
import { createMetrics, MINUTE_MS } from '../../../../local/aws/cloudwatch/metrics.ts'
import { sampleQueues } from '../../../../local/aws/cloudwatch/queues.ts'
import { aClock, noon, someQueues } from '../sqs/support.ts'

describe('recorded metrics', () => {
  it('have the number, the sum and the extremes of the values of each minute', async () => {
    const clock = aClock()
    const metrics = createMetrics(clock)
    for (const value of [3, 1, 2]) metrics.add('AWS/Lambda', 'Duration', { FunctionName: 'Rest' }, value)
    await clock.pass(MINUTE_MS)
    metrics.add('AWS/Lambda', 'Duration', { FunctionName: 'Rest' }, 5)
    metrics.add('AWS/Lambda', 'Duration', { FunctionName: 'Worker' }, 7)
    expect(metrics.series().map(({ dimensions }) => dimensions)).toEqual([
      { FunctionName: 'Rest' },
      { FunctionName: 'Worker' },
    ])
    expect([...(metrics.series()[0]?.minutes ?? [])]).toEqual([
      [noon, { count: 3, sum: 6, minimum: 1, maximum: 3 }],
      [noon + MINUTE_MS, { count: 1, sum: 5, minimum: 5, maximum: 5 }],
    ])
  })

  it('are kept for 24 hours', async () => {
    const clock = aClock()
    const metrics = createMetrics(clock)
    for (const hours of [0, 1, 24]) {
      await clock.pass(hours * 60 * MINUTE_MS)
      metrics.add('AWS/Lambda', 'Errors', {})
    }
    expect(metrics.series()[0]?.minutes.size).toBe(2)
  })
})

describe('the metrics of a queue', () => {
  it('are its visible messages and the age of the oldest one, which may be delayed', async () => {
    const { clock, queues, tasks } = someQueues()
    const metrics = createMetrics(clock)
    const stop = sampleQueues(queues, metrics, clock)
    tasks.send('{}', 'Rest', 10 * MINUTE_MS)
    await clock.pass(MINUTE_MS)
    tasks.send('{}', 'Rest', 0)
    await clock.pass(MINUTE_MS)
    stop()
    const of = (name: string, queue: string) =>
      metrics
        .series()
        .filter((one) => one.name === name && one.dimensions['QueueName'] === queue)
        .flatMap(({ minutes }) => [...minutes.values()].map(({ maximum }) => maximum))
    expect(of('ApproximateNumberOfMessagesVisible', 'Tasks')).toEqual([0, 1])
    expect(of('ApproximateAgeOfOldestMessage', 'Tasks')).toEqual([60, 120])
    expect(of('ApproximateNumberOfMessagesVisible', 'Dead')).toEqual([0, 0])
    expect(of('ApproximateAgeOfOldestMessage', 'Dead')).toEqual([])
    expect(clock.waiting).toBe(1)
  })
})
