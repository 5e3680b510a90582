import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { mockClient } from 'aws-sdk-client-mock'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Task } from '../../../lambdas/model.ts'
import { taskQueue } from '../../../lambdas/stores/tasks.ts'
import { dispatch } from '../../../lambdas/workers/dispatch.ts'
import type { QueueEvent } from '../../../lambdas/workers/event.ts'
import type { TaskHandlers } from '../../../lambdas/workers/tasks.ts'

const retirement = (connection: string): Task => ({ task: 'retire', connection })

/** A batch of messages with these bodies and the ids m0, m1 and so on. */
const batch = (...bodies: readonly (Task | string)[]): QueueEvent => ({
  Records: bodies.map((body, index) => ({
    messageId: `m${index}`,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })),
})

function handlers() {
  return {
    auth_deadline: vi.fn<TaskHandlers['auth_deadline']>(async () => undefined),
    cleanup: vi.fn<TaskHandlers['cleanup']>(async () => undefined),
    retire: vi.fn<TaskHandlers['retire']>(async () => undefined),
    deliver: vi.fn<TaskHandlers['deliver']>(async () => undefined),
    push: vi.fn<TaskHandlers['push']>(async () => undefined),
    presence: vi.fn<TaskHandlers['presence']>(async () => undefined),
    sweep: vi.fn<TaskHandlers['sweep']>(async () => undefined),
  }
}

/** Captures the log and keeps it out of the test output. */
function aLog() {
  const log = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  onTestFinished(() => log.mockRestore())
  return log
}

describe('the worker', () => {
  it('passes each task of a batch to its handler', async () => {
    const all = handlers()
    const late: Task = { task: 'deliver', conversation: 'c', seq: 7, messageTo: ['a1'], updateTo: [] }
    expect(await dispatch(all, batch(retirement('a1'), late))).toEqual({ batchItemFailures: [] })
    expect(all.retire.mock.calls).toEqual([[retirement('a1')]])
    expect(all.deliver.mock.calls).toEqual([[late]])
  })

  it('[OPS-6] reports the tasks that failed and runs the others in parallel', async () => {
    const log = aLog()
    const all = handlers()
    all.retire.mockImplementation(async ({ connection }) => {
      if (connection === 'bad') throw new Error('broken')
    })
    const result = await dispatch(all, batch(retirement('a'), retirement('bad'), retirement('b')))
    expect(result).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] })
    expect(all.retire).toHaveBeenCalledTimes(3)
    expect(log.mock.calls[0]).toMatchObject([{ task_id: 'm1', errorMessage: 'broken' }])
  })

  it.each(['', '{', 'null', '"auth_deadline"', '{"task":1}', '{"task":"unknown"}', '{"task":"toString"}'])(
    'reports only a message with the body %j as failed',
    async (body) => {
      aLog()
      expect(await dispatch(handlers(), batch(retirement('a'), body))).toEqual({
        batchItemFailures: [{ itemIdentifier: 'm1' }],
      })
    },
  )

  it('[OPS-2] logs no message bodies', async () => {
    const log = aLog()
    await dispatch({}, batch(retirement('a-connection'), 'a-connection'))
    expect(log).toHaveBeenCalledTimes(2)
    expect(JSON.stringify(log.mock.calls)).not.toContain('a-connection')
  })

  it('[OPS-7] sweeps on schedule, and fails if the sweep fails', async () => {
    const all = handlers()
    expect(await dispatch(all, { task: 'sweep' })).toBeUndefined()
    expect(all.sweep).toHaveBeenCalledOnce()
    all.sweep.mockRejectedValue(new Error('broken'))
    await expect(dispatch(all, { task: 'sweep' })).rejects.toThrow('broken')
  })
})

describe('the task queue', () => {
  it('accepts a task as JSON, to be delivered at once or after a delay', async () => {
    const client = new SQSClient({ region: 'eu-west-1' })
    const sqs = mockClient(client)
    sqs.onAnyCommand().resolves({})
    const tasks = taskQueue(client, 'https://queue')
    await tasks.send(retirement('a1'), 15)
    await tasks.send(retirement('a2'))
    const sent = sqs.commandCalls(SendMessageCommand).map(({ args }) => args[0].input)
    expect(sent).toEqual([
      { QueueUrl: 'https://queue', MessageBody: JSON.stringify(retirement('a1')), DelaySeconds: 15 },
      { QueueUrl: 'https://queue', MessageBody: JSON.stringify(retirement('a2')), DelaySeconds: 0 },
    ])
  })
})
