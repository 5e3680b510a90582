import { describe, expect, it, vi } from 'vitest'
import { FunctionError, type Invoke, ThrottledError } from '../../../../local/aws/lambda/invoke.ts'
import { startEventSource } from '../../../../local/aws/sqs/event-source.ts'
import { VISIBILITY_SHARE } from '../../../../local/aws/sqs/queue.ts'
import type { EventSourceModel } from '../../../../local/stack/queues.ts'
import { noon, settled, someQueues, tasksModel } from './support.ts'

const hiddenMs = tasksModel.visibilityMs * VISIBILITY_SHARE
interface Batch {
  readonly Records: readonly { readonly messageId: string; readonly body: string }[]
}

/** A queue whose messages go to a worker with this handler. */
function aWorker(handler: (batch: Batch) => unknown, model: Partial<EventSourceModel> = {}) {
  const invoke = vi.fn<Invoke>(async (_, event) => handler(event as Batch))
  const queues = someQueues()
  const mapping = {
    queueArn: tasksModel.arn,
    functionId: 'Worker',
    batchSize: 3,
    batchingWindowMs: 0,
    maxConcurrency: 2,
    reportsItemFailures: true,
    ...model,
  }
  const start = () => startEventSource({ model: mapping, queue: queues.tasks, invoke, clock: queues.clock })
  const received = () =>
    invoke.mock.calls.map(([, event]) => (event as Batch).Records.map(({ body }) => body).join(''))
  return { ...queues, invoke, start, received }
}

const failing = (...bodies: readonly string[]) => ({
  handler: ({ Records }: Batch) => ({
    batchItemFailures: Records.filter(({ body }) => bodies.includes(body)).map(({ messageId }) => ({
      itemIdentifier: messageId,
    })),
  }),
})

describe('an event source', () => {
  it('invokes the function with waiting messages, up to a batch at once, as Lambda does', async () => {
    const { tasks, start, received, invoke } = aWorker(() => ({ batchItemFailures: [] }))
    for (const body of 'abcd') tasks.send(body, 'Lifecycle', 0)
    start()
    await settled()
    expect(received()).toEqual(['abc', 'd'])
    expect(invoke.mock.calls[1]).toEqual([
      'Worker',
      {
        Records: [
          {
            messageId: expect.any(String),
            receiptHandle: expect.any(String),
            body: 'd',
            attributes: {
              ApproximateReceiveCount: '1',
              SentTimestamp: String(noon),
              SenderId: 'Lifecycle',
              ApproximateFirstReceiveTimestamp: String(noon),
            },
            messageAttributes: {},
            md5OfBody: '8277e0910d750195b448797616e091ad',
            eventSource: 'aws:sqs',
            eventSourceARN: tasksModel.arn,
            awsRegion: 'eu-west-1',
          },
        ],
      },
    ])
  })

  it('delivers a delayed message when it is due', async () => {
    const { tasks, start, received, clock } = aWorker(() => undefined)
    start()
    tasks.send('a', 'Lifecycle', 15_000)
    await clock.pass(14_999)
    expect(received()).toEqual([])
    await clock.pass(1)
    expect(received()).toEqual(['a'])
  })

  it('redelivers only the failed messages of a batch', async () => {
    const { tasks, start, received, clock } = aWorker(failing('b').handler)
    for (const body of 'abc') tasks.send(body, 'Lifecycle', 0)
    start()
    await clock.pass(hiddenMs)
    expect(received()).toEqual(['abc', 'b'])
  })

  it('gives up on a message that fails every time', async () => {
    const { tasks, dead, start, received, clock, warn } = aWorker(failing('a').handler)
    tasks.send('a', 'Lifecycle', 0)
    start()
    await clock.pass(10 * hiddenMs)
    expect(received()).toEqual(['a', 'a'])
    expect(dead.receive(10)).toMatchObject([{ body: 'a' }])
    expect(warn).toHaveBeenCalledOnce()
    expect(clock.waiting).toBe(1)
  })

  it.each([
    ['the function fails', () => Promise.reject(new FunctionError('Worker: timed out'))],
    ['the response is malformed', () => ({ batchItemFailures: [{ id: 'a' }] })],
    [
      'the response names a message outside the batch',
      () => ({ batchItemFailures: [{ itemIdentifier: 'x' }] }),
    ],
  ])('redelivers the whole batch when %s', async (_, handler) => {
    const { tasks, start, received, clock } = aWorker(handler)
    for (const body of 'ab') tasks.send(body, 'Lifecycle', 0)
    start()
    await clock.pass(hiddenMs)
    expect(received().join('')).toBe('abab')
  })

  it.each([undefined, null, {}, { batchItemFailures: null }])(
    'takes the response %j for success',
    async (response) => {
      const { tasks, start, received, clock } = aWorker(() => response)
      tasks.send('a', 'Lifecycle', 0)
      start()
      await clock.pass(10 * hiddenMs)
      expect(received()).toEqual(['a'])
    },
  )

  it('ignores batch item failures unless the stack enables them', async () => {
    const { tasks, start, received, clock } = aWorker(failing('a').handler, { reportsItemFailures: false })
    tasks.send('a', 'Lifecycle', 0)
    start()
    await clock.pass(10 * hiddenMs)
    expect(received()).toEqual(['a'])
  })

  it('runs at most as many batches at once as the mapping allows, and starts the next when one is done', async () => {
    const finish: (() => void)[] = []
    const { tasks, start, invoke } = aWorker(() => new Promise<void>((resolve) => finish.push(resolve)), {
      batchSize: 1,
    })
    start()
    for (const body of 'abcdefg') tasks.send(body, 'Lifecycle', 0)
    expect(invoke).toHaveBeenCalledTimes(2)
    finish[0]?.()
    await settled()
    expect(invoke).toHaveBeenCalledTimes(3)
  })

  it('gathers messages until a batch is full or the first of them has waited for the window', async () => {
    const { tasks, start, received, clock } = aWorker(() => undefined, { batchingWindowMs: 1000 })
    start()
    tasks.send('a', 'Lifecycle', 0)
    await clock.pass(999)
    tasks.send('b', 'Lifecycle', 0)
    expect(received()).toEqual([])
    await clock.pass(1)
    expect(received()).toEqual(['ab'])
    for (const body of 'cdef') tasks.send(body, 'Lifecycle', 0)
    await settled()
    expect(received()).toEqual(['ab', 'cde'])
    await clock.pass(1000)
    expect(received()).toEqual(['ab', 'cde', 'f'])
  })

  it('tries a throttled batch again with growing pauses', async () => {
    let refusals = 3
    const { tasks, start, invoke, clock } = aWorker(() => {
      if (refusals-- > 0) throw new ThrottledError()
    })
    start()
    tasks.send('a', 'Lifecycle', 0)
    await clock.pass(200 + 400)
    expect(invoke).toHaveBeenCalledTimes(3)
    await clock.pass(800)
    expect(invoke).toHaveBeenCalledTimes(4)
    await clock.pass(10 * hiddenMs)
    expect(invoke).toHaveBeenCalledTimes(4)
  })

  it('returns a batch to the queue if it is throttled until its messages become visible', async () => {
    const { tasks, dead, start, clock, warn } = aWorker(() => Promise.reject(new ThrottledError()))
    start()
    tasks.send('a', 'Lifecycle', 0)
    await clock.pass(3 * hiddenMs)
    // Received twice, as often as the queue allows.
    expect(dead.receive(10)).toMatchObject([{ body: 'a', receiveCount: 3 }])
    expect(warn).toHaveBeenCalledOnce()
  })

  it('invokes nothing after it is stopped', async () => {
    const { tasks, start, invoke } = aWorker(() => undefined)
    start()()
    tasks.send('a', 'Lifecycle', 0)
    await settled()
    expect(invoke).not.toHaveBeenCalled()
  })
})
