import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { linesOfRequest } from '../../../cli/admin/trace/find.ts'
import { logLines } from '../../../cli/admin/trace/lines.ts'
import { outcome } from '../../../cli/admin/trace/outcome.ts'
import { type TraceTarget, traceOf } from '../../../cli/admin/trace/trace.ts'
import { fileLogs } from '../../../cli/logs/files.ts'
import { temporaryDirectory } from '../../local/temporary.ts'

const DAY_MS = 24 * 3_600_000
const noon = Date.parse('2026-01-01T12:00:00.000Z')
const message = `1-${'m'.repeat(22)}`

/** The log of a laptop with these lines, by function. */
function aLog(files: Readonly<Record<string, readonly object[]>>) {
  const dataDir = temporaryDirectory()
  mkdirSync(join(dataDir, 'logs'))
  for (const [name, lines] of Object.entries(files)) {
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('')
    writeFileSync(join(dataDir, 'logs', `${name}.jsonl`), text)
  }
  return fileLogs(dataDir)
}

const line = (requestId: string, logged: object, at = noon) => ({
  timestamp: new Date(at).toISOString(),
  requestId,
  message: logged,
})
const invocation = { event: 'invocation', code: 'ok', duration_ms: 5, conversation: 'c1', seq: 1 }
const send = { ...invocation, route: 'send_message', message_id: message }
const delivery = { ...invocation, route: 'deliver', task_id: 't1' }
const repetition = { ...send, duplicate: true }
const posts = (counts: object) => ({ posts: { delivered: 0, gone: 0, failed: 0, left: 0, ...counts } })

/** What `trace` reads of a chat in which ada has sent the message to bob. */
function aChat(logs: TraceTarget['logs'], now: number): TraceTarget {
  const entry = {
    kind: 'message',
    id: message,
    seq: 1,
    sender: 'ada',
    createdAt: new Date(noon).toISOString(),
  }
  const participant = (user: string) => [user, { user, readSeq: 0, joined: new Map() }] as const
  const deps = {
    now: () => now,
    log: { entry: async () => entry },
    conversations: { participants: async () => new Map([participant('ada'), participant('bob')]) },
  }
  return { logs, deps } as unknown as TraceTarget
}

/** What `trace` prints about the lines of the log. */
async function traced(files: Parameters<typeof aLog>[0], now = noon + 1000) {
  const { lines } = await traceOf(aChat(aLog(files), now), message, undefined)
  return { lines: logLines(lines).map((text) => text.slice(22)), outcome: outcome(lines, 1) }
}

describe('trace', () => {
  it('[OPS-34] finds an invocation that was ended by its timeout, of which only Lambda has written a line', async () => {
    const record = { requestId: 'r1', status: 'timeout', metrics: { durationMs: 10_000 } }
    const report = { time: new Date(noon).toISOString(), type: 'platform.report', record }
    const lines = await linesOfRequest(aLog({ frames: [report] }), noon + 1000, 'r1')
    expect(logLines(lines)).toEqual([
      '2026-01-01 12:00:00Z  frames  Lambda ended the invocation after 10000 ms: timeout (request r1)',
    ])
  })

  it('[OPS-34] says what was left out of a log that is too long, instead of that it has nothing', async () => {
    const nothing = { find: async () => ({ lines: [], completeSince: noon }) }
    await expect(traceOf(aChat(nothing, noon + 1000), 'r1', undefined)).rejects.toThrow(
      'The log since 2026-01-01 12:00:00Z has no request or task r1.',
    )
    expect(await traceOf(aChat(nothing, noon + 1000), message, 'c1')).toMatchObject({ lines: [], gap: noon })
  })

  it('[OPS-34] shows who stored a message that was repeated days later, and how its pushes ended', async () => {
    const frames = [
      line('r1', { ...send, ...posts({ delivered: 2 }) }),
      line('r2', repetition, noon + 3 * DAY_MS),
    ]
    expect(await traced({ frames }, noon + 3 * DAY_MS + 1000)).toEqual({
      lines: [
        'frames  send_message: ok after 5 ms, stored the message; pushes: 2 delivered (request r1)',
        'frames  send_message: ok after 5 ms, a repetition that stored nothing (request r2)',
      ],
      outcome: [],
    })
  })

  it('[OPS-34] does not say that no recipient was connected if the log has only repetitions', async () => {
    expect((await traced({ frames: [line('r2', repetition)] })).outcome).toEqual([
      'The log has no line of the invocation that stored the message, so its pushes are not known: ' +
        'the invocation may have been stopped, or the log of that time is no longer kept.',
    ])
  })

  it('[OPS-34] shows pushes that failed', async () => {
    const frames = [line('r1', { ...send, ...posts({ delivered: 1, failed: 2 }) })]
    expect(await traced({ frames })).toEqual({
      lines: [
        'frames  send_message: ok after 5 ms, stored the message; pushes: 1 delivered, 2 failed (request r1)',
      ],
      outcome: ['2 pushes failed. The clients find the message with their next ping.'],
    })
  })

  it('[OPS-34] tells pushes to connections that are gone from a message that was sent while no recipient was connected', async () => {
    const outcomeOf = async (counts: object) =>
      (await traced({ frames: [line('r1', { ...send, ...counts })] })).outcome
    expect(await outcomeOf(posts({ gone: 1 }))).toEqual([
      'The only push found its connection gone, so no recipient was reached.',
    ])
    expect(await outcomeOf(posts({ gone: 2 }))).toEqual([
      'All 2 pushes found their connections gone, so no recipient was reached.',
    ])
    expect(await outcomeOf({})).toEqual(['No recipient was connected when it was sent.'])
  })

  it('[OPS-34] says that no push was sent if an error came first', async () => {
    const error = { event: 'error', errorType: 'TimeoutError', errorMessage: 'no answer' }
    expect(await traced({ frames: [line('r1', error), line('r1', send)] })).toEqual({
      lines: [
        'frames  send_message: ok after 5 ms, stored the message (request r1)',
        'frames  error TimeoutError: no answer (request r1)',
      ],
      outcome: ['No push was sent: see the error above. The clients find the message with their next ping.'],
    })
  })

  it('[OPS-34] shows what was left to the worker, until the worker has delivered it, and what the worker gave up', async () => {
    const frames = [line('r1', { ...send, ...posts({ left: 1 }) })]
    const failed = line('w1', { ...delivery, code: 'failed' }, noon + 100)
    const error = { event: 'error', task_id: 't1', errorType: 'TimeoutError', errorMessage: 'no answer' }
    const worker = [failed, line('w1', error, noon + 101)]
    expect(await traced({ frames, worker })).toEqual({
      lines: [
        'frames  send_message: ok after 5 ms, stored the message; pushes: 0 delivered, 1 left to the worker (request r1)',
        'worker  deliver: failed after 5 ms (request w1)',
        'worker  error TimeoutError: no answer (request w1)',
      ],
      outcome: ['The worker has not delivered 1 push that was left to it: see "letters list" and "doctor".'],
    })
    const repeated = line('w2', { ...delivery, ...posts({ left: 1 }) }, noon + 200)
    const later = await traced({ frames, worker: [...worker, repeated] })
    expect(later.lines.at(-1)).toBe(
      'worker  deliver: ok after 5 ms; pushes: 0 delivered, 1 given up (request w2)',
    )
    expect(later.outcome).toEqual(['1 push failed. The clients find the message with their next ping.'])
    const delivered = line('w2', { ...delivery, ...posts({ delivered: 1 }) }, noon + 200)
    expect((await traced({ frames, worker: [...worker, delivered] })).outcome).toEqual([])
  })
})
