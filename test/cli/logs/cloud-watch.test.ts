import {
  CloudWatchLogsClient,
  FilterLogEventsCommand,
  type FilterLogEventsCommandInput,
  type FilterLogEventsCommandOutput,
} from '@aws-sdk/client-cloudwatch-logs'
import { mockClient } from 'aws-sdk-client-mock'
import { describe, expect, it } from 'vitest'
import { cloudWatchLogs, patternOf } from '../../../cli/logs/cloud-watch.ts'
import type { FunctionName } from '../../../lib/permissions.ts'

const config = { region: 'eu-west-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } }
const noon = Date.parse('2026-01-01T12:00:00.000Z')
const line = (second: number, message: object) =>
  JSON.stringify({
    timestamp: new Date(noon + second * 1000).toISOString(),
    requestId: `r${second}`,
    message,
  })

type Page = (input: FilterLogEventsCommandInput) => FilterLogEventsCommandOutput | object

const PAGE_SIZE = 500

/** The log of a stack whose log groups contain these texts, as it is after some seconds, and the calls to it. */
function aLog(groups: Readonly<Record<string, readonly string[]>>, now = 2_000, page?: Page) {
  const client = new CloudWatchLogsClient(config)
  const mocked = mockClient(client)
  const timeOf = (text: string) => (text.startsWith('{') ? Date.parse(JSON.parse(text).timestamp) : noon)
  const pageOf: Page = ({ logGroupName = '', startTime = 0, endTime = Infinity, nextToken = '0' }) => {
    const fitting = (groups[logGroupName] ?? []).filter((text) => {
      const at = timeOf(text)
      return at >= startTime && at <= endTime
    })
    const end = Number(nextToken) + PAGE_SIZE
    const events = fitting.slice(Number(nextToken), end).map((message) => ({ message }))
    return { events, ...(end < fitting.length && { nextToken: String(end) }) }
  }
  mocked.on(FilterLogEventsCommand).callsFake(page ?? pageOf)
  const names = new Map(Object.keys(groups).map((name) => [name.toLowerCase() as FunctionName, name]))
  const logs = cloudWatchLogs(
    client,
    async () => names,
    () => noon + now * 1000,
  )
  return {
    ...logs,
    get calls() {
      return mocked.commandCalls(FilterLogEventsCommand).map(({ args }) => args[0].input)
    },
  }
}

describe('the log of a deployed stack', () => {
  it('is searched in each group, and the lines are merged by their time', async () => {
    const logs = aLog({
      Frames: [line(3, { event: 'invocation' }), 'not JSON', line(5, { event: 'error' })],
      Rest: [line(4, { event: 'invocation' })],
    })
    const found = await logs.find({
      functions: ['rest', 'frames'],
      from: noon,
      where: [['message.code', '=', 'ok']],
    })
    expect(found.lines.map(({ function: name, requestId }) => [name, requestId])).toEqual([
      ['frames', 'r3'],
      ['rest', 'r4'],
      ['frames', 'r5'],
    ])
    expect(found.completeSince).toBe(noon)
    expect(logs.calls.find(({ logGroupName }) => logGroupName === 'Frames')).toEqual({
      logGroupName: 'Frames',
      startTime: noon,
      filterPattern: '{ ($.message.code = "ok") }',
    })
  })

  it('is read to its end if the lines come in several pages', async () => {
    const logs = aLog({ Frames: Array.from({ length: 1500 }, (_, second) => line(second, {})) })
    const { lines, completeSince } = await logs.find({ functions: ['frames'], from: noon, where: [] })
    expect(lines.map(({ requestId }) => requestId)).toEqual(
      Array.from({ length: 1500 }, (_, second) => `r${second}`),
    )
    expect(completeSince).toBe(noon)
  })

  it('is read from its end if it has too many lines, and says since when they are complete', async () => {
    // An outage fills the log ten times, and is still going on.
    const logs = aLog({ Frames: Array.from({ length: 20_000 }, (_, at) => line(at / 10, {})) }, 2_000)
    const { lines, completeSince } = await logs.find({ functions: ['frames'], from: noon, where: [] })
    expect(lines.length).toBe(2_000)
    expect(lines.at(-1)?.requestId).toBe('r1999.9')
    expect(completeSince).toBe(lines[0]?.at)
    expect(logs.calls.length).toBeLessThan(20)
  })

  it('is not read without end if pages are empty, and says what was not read', async () => {
    const logs = aLog({ Frames: [] }, 1_000, () => ({ events: [], nextToken: 'more' }))
    const { lines, completeSince } = await logs.find({ functions: ['frames'], from: noon, where: [] })
    expect(lines).toEqual([])
    expect(completeSince).toBe(noon + 1_000_000)
    expect(logs.calls.length).toBe(200)
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
    expect((await logs.find({ functions: ['worker'], from: noon, where })).lines).toEqual([
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
