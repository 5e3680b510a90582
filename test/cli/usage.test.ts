import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch'
import { mockClient } from 'aws-sdk-client-mock'
import { expect, it, vi } from 'vitest'
import { cloudWatchUsage, laptopUsage } from '../../cli/usage.ts'
import { ThrottledError } from '../../local/aws/lambda/invoke.ts'
import { countThrottles } from '../../local/throttles.ts'
import { temporaryDirectory } from '../local/temporary.ts'

const noon = Date.parse('2026-01-01T12:00:00.000Z')
const functions = new Map(
  (['lifecycle', 'frames', 'rest', 'worker'] as const).map((name) => [
    name,
    { name: `physical-${name}`, logGroup: '' },
  ]),
)

it('the refused invocations of a deployed stack come from CloudWatch, by function, and the peak from the account', async () => {
  const client = new CloudWatchClient({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  })
  const mocked = mockClient(client)
  mocked.on(GetMetricDataCommand).resolves({
    MetricDataResults: [
      { Id: 'peak', Values: [3, 9, 4] },
      { Id: 'frames', Values: [10, 2] },
      { Id: 'rest', Values: [] },
    ],
  })
  const { throttles, peak } = await cloudWatchUsage(client, functions, noon)
  expect(peak).toBe(9)
  expect([...throttles]).toEqual([
    ['lifecycle', 0],
    ['frames', 12],
    ['rest', 0],
    ['worker', 0],
  ])
  const input = mocked.commandCalls(GetMetricDataCommand)[0]?.args[0].input
  expect(input).toMatchObject({ StartTime: new Date(noon - 24 * 3_600_000), EndTime: new Date(noon) })
  expect(
    input?.MetricDataQueries?.map(({ Id, MetricStat }) => [Id, MetricStat?.Metric, MetricStat?.Stat]),
  ).toEqual([
    ['peak', { Namespace: 'AWS/Lambda', MetricName: 'ConcurrentExecutions' }, 'Maximum'],
    ...[...functions].map(([name]) => [
      name,
      {
        Namespace: 'AWS/Lambda',
        MetricName: 'Throttles',
        Dimensions: [{ Name: 'FunctionName', Value: `physical-${name}` }],
      },
      'Sum',
    ]),
  ])
})

it('the refused invocations of a laptop are counted in a file, which survives a restart', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] })
  const dataDir = temporaryDirectory()
  const refuse = () =>
    countThrottles(
      dataDir,
      () => Promise.reject(new ThrottledError()),
      (id) => `physical-${id}`,
    )
  for (const invoke of [refuse(), refuse()]) {
    for (const name of ['frames', 'frames', 'worker']) {
      await expect(invoke(name, {})).rejects.toBeInstanceOf(ThrottledError)
    }
    await vi.runAllTimersAsync()
  }
  vi.useRealTimers()
  const failing = countThrottles(
    dataDir,
    () => Promise.reject(new Error('other')),
    (id) => `physical-${id}`,
  )
  await expect(failing('rest', {})).rejects.toThrow('other')
  expect([...laptopUsage(dataDir, functions).throttles]).toEqual([
    ['lifecycle', 0],
    ['frames', 4],
    ['rest', 0],
    ['worker', 2],
  ])
})
