import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { linesOfRequest } from '../../../cli/admin/trace/find.ts'
import { logLines } from '../../../cli/admin/trace/lines.ts'
import { fileLogs } from '../../../cli/logs/files.ts'
import { temporaryDirectory } from '../../local/temporary.ts'

const noon = Date.parse('2026-01-01T12:00:00.000Z')

it('[OPS-34] finds an invocation that was ended by its timeout, of which only Lambda has written a line', async () => {
  const dataDir = temporaryDirectory()
  mkdirSync(join(dataDir, 'logs'))
  const record = { requestId: 'r1', status: 'timeout', metrics: { durationMs: 10_000 } }
  const report = JSON.stringify({ time: new Date(noon).toISOString(), type: 'platform.report', record })
  writeFileSync(join(dataDir, 'logs', 'frames.jsonl'), `${report}\n`)
  const lines = await linesOfRequest(fileLogs(dataDir), noon + 1000, 'r1')
  expect(logLines(lines)).toEqual([
    '2026-01-01 12:00:00Z  frames  Lambda ended the invocation after 10000 ms: timeout (request r1)',
  ])
})
