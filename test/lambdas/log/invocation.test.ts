import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { invocationLog } from '../../../lambdas/log/invocation.ts'
import { metricUnits } from '../../../lambdas/log/metrics.ts'
import {
  currentRecord,
  note,
  noteAttempts,
  noteCall,
  notePosts,
  recordAlone,
  recordInParallel,
  type Service,
} from '../../../lambdas/log/record.ts'
import { userHash } from '../../../lambdas/log/user-hash.ts'

const salt = 'arn:aws:cloudformation:eu-west-1:1:stack/AdminChat/1'
const about = { route: 'send_message', connection: 'a1' }

/** A call to AWS as lambdas/aws/record-calls.ts notes it. */
const begin = (service: Service) => {
  const record = currentRecord()
  return () => record && noteCall(record, service, 'AnOperation', 1.25)
}
const call = Object.assign((service: Service) => begin(service)(), { begin })

let lines: unknown[]
let written: string[]
beforeEach(() => {
  lines = []
  written = []
  vi.spyOn(console, 'info').mockImplementation((line) => void lines.push(line))
  vi.spyOn(console, 'debug').mockImplementation(() => undefined)
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0)
})
afterEach(() => void vi.restoreAllMocks())

describe('the log of invocations', () => {
  it('[OPS-14] [OPS-15] writes one line with everything that the invocation has noted, and the hash of its user', async () => {
    const logged = invocationLog(recordAlone, { salt })
    const result = await logged(about, async () => {
      note({ user: 'ada@example.org', conversation: 'c', message_id: '7-x', seq: 7 })
      noteAttempts(2)
      for (const _ of [1, 2]) call('dynamodb')
      Object.assign(currentRecord()?.units ?? {}, { read: 0.5, write: 4 })
      notePosts({ delivered: 2, gone: 1, failed: 0, left: 0 })
      notePosts({ delivered: 0, gone: 0, failed: 0, left: 3 })
      return 'the result'
    })
    expect(result).toBe('the result')
    expect(lines).toEqual([
      {
        event: 'invocation',
        route: 'send_message',
        code: 'ok',
        duration_ms: expect.any(Number),
        cold: true,
        connection: 'a1',
        user: userHash(salt, 'ada@example.org'),
        conversation: 'c',
        message_id: '7-x',
        seq: 7,
        posts: { delivered: 2, gone: 1, failed: 0, left: 3 },
        attempts: 2,
        calls: { dynamodb: 2 },
        units: { read: 0.5, write: 4 },
      },
    ])
    expect(written).toEqual([])
  })

  it('[OPS-14] says which refusal the client received', async () => {
    await invocationLog(recordAlone, { salt })(about, async () => note({ code: 'not_found' }))
    expect(lines).toMatchObject([{ code: 'not_found', calls: {} }])
  })

  it('[OPS-14] [OPS-2] writes its line also if the work throws, and passes on the error without its properties', async () => {
    const row = { content: { S: 'a secret' } }
    const error = Object.assign(new Error('failed'), { name: 'ConditionalCheckFailedException', Item: row })
    const thrown: unknown = await invocationLog(recordAlone, { salt })(about, () =>
      Promise.reject(error),
    ).catch((reason: unknown) => reason)
    expect(thrown).toMatchObject({ name: error.name, message: 'failed', stack: error.stack })
    expect(Object.keys(thrown as Error)).toEqual([])
    expect(lines).toMatchObject([{ code: 'failed' }])
  })

  it('[OPS-14] keeps tasks that run at the same time apart', async () => {
    const logged = invocationLog(recordInParallel, { salt })
    const task = (conversation: string, calls: number) =>
      logged({ route: 'deliver' }, async () => {
        note({ conversation })
        for (let n = 0; n < calls; n++) {
          await new Promise(setImmediate)
          call('dynamodb')
        }
      })
    await Promise.all([task('a', 1), task('b', 3)])
    expect(lines).toMatchObject([
      { conversation: 'a', calls: { dynamodb: 1 }, cold: true },
      { conversation: 'b', calls: { dynamodb: 3 } },
    ])
    expect(lines[1]).not.toHaveProperty('cold')
  })

  it('[OPS-14] does not count a call for an invocation that began while it was under way', async () => {
    const logged = invocationLog(recordAlone, { salt })
    const end = await logged(about, async () => call.begin('connections'))
    await logged(about, async () => end())
    expect(lines).toMatchObject([{ calls: {} }, { calls: {} }])
  })

  it('has no effect outside of an invocation', () => {
    note({ code: 'ok' })
    call('sqs')
    expect(currentRecord()).toBeUndefined()
    expect(console.debug).not.toHaveBeenCalled()
  })
})

describe('the custom metrics', () => {
  const logged = () => invocationLog(recordAlone, { salt, metricsNamespace: 'AdminChat' })
  const metrics = () => written.map((line) => JSON.parse(line))

  it('[OPS-17] are written at the top level of a line, as CloudWatch reads them, without dimensions', async () => {
    await logged()(about, async () => {
      note({ ack_ms: 12 })
      noteAttempts(1)
      noteAttempts(3)
      notePosts({ delivered: 2, gone: 0, failed: 1, left: 0 })
    })
    expect(metrics()).toEqual([
      {
        _aws: {
          Timestamp: expect.any(Number),
          CloudWatchMetrics: [
            {
              Namespace: 'AdminChat',
              Dimensions: [[]],
              Metrics: [
                { Name: 'AcknowledgeLatency', Unit: 'Milliseconds' },
                { Name: 'CommitAttempts', Unit: 'Count' },
                { Name: 'PostsDelivered', Unit: 'Count' },
                { Name: 'PostsFailed', Unit: 'Count' },
              ],
            },
          ],
        },
        AcknowledgeLatency: 12,
        CommitAttempts: [1, 3],
        PostsDelivered: 2,
        PostsFailed: 1,
      },
    ])
  })

  it('[OPS-17] count refusals in three metrics, and the delay of a sweep', async () => {
    const log = logged()
    for (const code of ['rate_limited', 'unavailable', 'not_found', 'failed']) {
      await log(about, async () => note({ code }))
    }
    await log({ route: 'sweep', lag_ms: 80 }, async () => undefined)
    expect(metrics()).toMatchObject([
      { RefusedRateLimited: 1 },
      { RefusedUnavailable: 1 },
      { RefusedOther: 1 },
      { SweepLag: 80 },
    ])
  })

  it('[OPS-17] are at most ten', () => {
    expect(Object.keys(metricUnits).length).toBeLessThanOrEqual(10)
  })
})
