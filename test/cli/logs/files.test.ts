import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { fileLogs } from '../../../cli/logs/files.ts'
import { temporaryDirectory } from '../../local/temporary.ts'

const noon = Date.parse('2026-01-01T12:00:00.000Z')
const line = (second: number, message: unknown) =>
  `${JSON.stringify({ timestamp: new Date(noon + second * 1000).toISOString(), requestId: `r${second}`, message })}\n`

it('the log of a laptop is searched in the present and the previous file, by equality and by size', async () => {
  const dataDir = temporaryDirectory()
  mkdirSync(join(dataDir, 'logs'))
  const write = (file: string, ...lines: readonly string[]) =>
    writeFileSync(join(dataDir, 'logs', file), lines.join(''))
  write('rest.jsonl.1', line(1, { code: 'ok', duration_ms: 5 }), line(2, { code: 'ok', duration_ms: 50 }))
  write(
    'rest.jsonl',
    line(4, { code: 'ok', duration_ms: 60 }),
    line(5, { code: 'failed' }),
    line(6, 'code ok'),
  )
  write('frames.jsonl', line(3, { code: 'ok', duration_ms: 7 }), '{"timestamp":"2026-01-01T12:00:0')
  const logs = fileLogs(dataDir)
  const ids = async (from: number, ...where: Parameters<typeof logs.find>[0]['where']) =>
    (await logs.find({ from, where })).lines.map(({ requestId }) => requestId)
  expect(await ids(noon, ['message.code', '=', 'ok'])).toEqual(['r1', 'r2', 'r3', 'r4'])
  expect(await ids(noon + 2000, ['message.code', '=', 'ok'], ['message.duration_ms', '>', 7])).toEqual([
    'r2',
    'r4',
  ])
  expect(await ids(noon, ['requestId', '=', 'r5'])).toEqual(['r5'])
  const rest = await logs.find({
    functions: ['worker', 'rest'],
    from: noon,
    where: [['message.code', '=', 'failed']],
  })
  expect(rest.lines).toEqual([
    { function: 'rest', at: noon + 5000, requestId: 'r5', message: { code: 'failed' } },
  ])
})

it('the newest lines of the log of a laptop are kept, with the time since when they are complete', async () => {
  const dataDir = temporaryDirectory()
  mkdirSync(join(dataDir, 'logs'))
  const lines = Array.from({ length: 2_500 }, (_, second) => line(second, {}))
  writeFileSync(join(dataDir, 'logs', 'rest.jsonl'), lines.join(''))
  const found = await fileLogs(dataDir).find({ from: noon, where: [] })
  expect([found.lines.length, found.lines[0]?.requestId]).toEqual([2_000, 'r500'])
  expect(found.completeSince).toBe(noon + 500_000)
})
