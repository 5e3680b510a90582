import { describe, expect, it } from 'vitest'
import { runCheck } from '../../../cli/admin/doctor/check.ts'
import { slowness } from '../../../cli/admin/doctor/checks/log.ts'
import type { LogQuery } from '../../../cli/logs/logs.ts'
import type { Target } from '../../../cli/target.ts'

describe('the checks of the log', () => {
  const fine = { level: 'ok', text: 'Clients were answered within a second in the last 15 minutes.' }
  const runWith = (leftOutMs: number) => {
    const find = async ({ from }: LogQuery) => ({ lines: [], completeSince: from + leftOutMs })
    return runCheck(slowness, { logs: { find } } as unknown as Target)
  }

  it('[OPS-35] add a note if they could not read the whole log', async () => {
    expect(await runWith(0)).toEqual([fine])
    expect(await runWith(60_000)).toEqual([
      fine,
      {
        level: 'note',
        text: expect.stringMatching(
          /^The log is too long to read all of it: lines before .*Z were left out\. Numbers above may be too small\.$/,
        ),
        remedy: 'To count all lines, use a query of docs/runbook.md.',
      },
    ])
  })
})
