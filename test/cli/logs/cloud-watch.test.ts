import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { mockClient } from 'aws-sdk-client-mock'
import { describe, expect, it } from 'vitest'
import { cloudWatchLogs, patternOf } from '../../../cli/logs/cloud-watch.ts'

const config = { region: 'eu-west-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } }
const noon = Date.parse('2026-01-01T12:00:00.000Z')
const line = (second: number, message: object) =>
  JSON.stringify({
    timestamp: new Date(noon + second * 1000).toISOString(),
    requestId: `r${second}`,
    message,
  })

describe('the log of a deployed stack', () => {
  it('is searched group by group and page by page, and the lines are merged by their time', async () => {
    const client = new CloudWatchLogsClient(config)
    const mocked = mockClient(client)
    mocked
      .on(FilterLogEventsCommand, { logGroupName: 'Frames' })
      .resolvesOnce({ events: [{ message: line(3, { event: 'invocation' }) }], nextToken: 'more' })
      .resolvesOnce({ events: [{ message: 'not JSON' }, { message: line(5, { event: 'error' }) }] })
    mocked
      .on(FilterLogEventsCommand, { logGroupName: 'Rest' })
      .resolves({ events: [{ message: line(4, { event: 'invocation' }) }] })
    const groups = new Map([
      ['frames', 'Frames'],
      ['rest', 'Rest'],
    ] as const)
    const found = await cloudWatchLogs(client, async () => groups).find({
      functions: ['rest', 'frames'],
      from: noon,
      where: [['message.code', '=', 'ok']],
    })
    expect(found.map(({ function: name, requestId }) => [name, requestId])).toEqual([
      ['frames', 'r3'],
      ['rest', 'r4'],
      ['frames', 'r5'],
    ])
    const calls = mocked.commandCalls(FilterLogEventsCommand).map(({ args }) => args[0].input)
    expect(calls.filter(({ logGroupName }) => logGroupName === 'Frames')).toEqual([
      { logGroupName: 'Frames', startTime: noon, filterPattern: '{ ($.message.code = "ok") }' },
      {
        logGroupName: 'Frames',
        startTime: noon,
        filterPattern: '{ ($.message.code = "ok") }',
        nextToken: 'more',
      },
    ])
  })

  it('understands what Lambda reports about a failed invocation', async () => {
    const client = new CloudWatchLogsClient(config)
    const record = { requestId: 'r1', status: 'timeout', metrics: { durationMs: 10_000 } }
    const message = JSON.stringify({ time: '2026-01-01T12:00:00.000Z', type: 'platform.report', record })
    mockClient(client)
      .on(FilterLogEventsCommand)
      .resolves({ events: [{ message }] })
    const logs = cloudWatchLogs(client, async () => new Map([['worker', 'Worker']]))
    const where = [['type', '=', 'platform.report']] as const
    expect(await logs.find({ functions: ['worker'], from: noon, where })).toEqual([
      {
        function: 'worker',
        at: noon,
        requestId: 'r1',
        message: { event: 'platform.report', status: 'timeout', duration_ms: 10_000 },
      },
    ])
  })

  it('is searched with a pattern in which no value can change the condition', () => {
    const where = [
      ['message.route', '=', '$connect'],
      ['message.duration_ms', '>', 1000],
    ] as const
    expect(patternOf(where)).toBe('{ ($.message.route = "$connect") && ($.message.duration_ms > 1000) }')
    for (const value of ['a"', '*', '\\'])
      expect(() => patternOf([['requestId', '=', value]])).toThrow('quote')
  })
})
