import { readFileSync } from 'node:fs'
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { mockClient } from 'aws-sdk-client-mock'
import { describe, expect, it, onTestFinished } from 'vitest'
import { runCheck } from '../../../cli/admin/doctor/check.ts'
import { refusedOrigins, slowness } from '../../../cli/admin/doctor/checks/log.ts'
import { floods } from '../../../cli/admin/doctor/checks/rates.ts'
import type { LogQuery } from '../../../cli/logs/logs.ts'
import type { Target } from '../../../cli/target.ts'
import { userHash } from '../../../lambdas/log/user-hash.ts'

describe('the checks of the log', () => {
  const fine = { level: 'ok', text: 'Hardly any answer took more than a second in the last 15 minutes.' }
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

  describe('about users who send too fast', () => {
    const remedyFor = async (user: string) => {
      const refusal = {
        event: 'invocation',
        route: 'ping',
        code: 'rate_limited',
        user: userHash('salt', user),
      }
      const line = { function: 'frames', at: Date.now(), requestId: 'r1', message: refusal }
      const target = {
        outputs: { LogSalt: 'salt' },
        logs: { find: async ({ from }: LogQuery) => ({ lines: Array(20).fill(line), completeSince: from }) },
        users: { listUsers: async () => [{ id: 'ada' }] },
        deps: {
          now: Date.now,
          connections: { inspectAll: async () => new Map() },
          register: { openedBetween: async () => [{ id: 'B=', user: 'bob' }] },
        },
      }
      const [{ text, remedy } = expect.fail('no finding')] = await runCheck(
        floods,
        target as unknown as Target,
      )
      return [text.split(' was refused')[0], remedy]
    }

    it('[OPS-35] name the user, also one who was removed and still has a connection, for "kick"', async () => {
      for (const user of ['ada', 'bob'])
        expect(await remedyFor(user)).toEqual([user, expect.stringContaining(`kick ${user}" closes them`)])
    })

    it('[OPS-35] recommend nothing for a user who was removed and has no connection', async () => {
      expect(await remedyFor('eve')).toEqual([
        `The removed user ${userHash('salt', 'eve')}`,
        'The user has no open connection and cannot connect again, so there is nothing to do.',
      ])
    })
  })

  it('[OPS-35] recommend what the documentation shows for a page that was refused', async () => {
    const refusal = { event: 'invocation', route: '$connect', code: 'forbidden', origin: 'https://b.example' }
    const line = { function: 'lifecycle', at: Date.now(), requestId: 'r1', message: refusal }
    const find = async ({ from }: LogQuery) => ({ lines: [line], completeSince: from })
    const lambda = mockClient(LambdaClient)
    onTestFinished(() => lambda.restore())
    lambda.on(GetFunctionConfigurationCommand).resolves({ Environment: { Variables: {} } })
    const functions = async () => new Map([['lifecycle', { name: 'Lifecycle', logGroup: 'lifecycle' }]])
    const target = {
      outputs: {},
      config: { region: 'eu-west-1' },
      logs: { find },
      functions,
    } as unknown as Target
    const [{ remedy } = expect.fail('no finding')] = await runCheck(refusedOrigins, target)
    expect(remedy).toMatch(/^If the page is yours/)
    expect(readFileSync('docs/operations.md', 'utf8')).toContain(`→ ${remedy}\n`)
  })
})
