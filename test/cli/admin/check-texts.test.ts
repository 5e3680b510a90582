import { readFileSync } from 'node:fs'
import { APIGatewayClient, GetAccountCommand } from '@aws-sdk/client-api-gateway'
import { CloudFormationClient, GetTemplateSummaryCommand } from '@aws-sdk/client-cloudformation'
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb'
import {
  GetAccountSettingsCommand,
  GetFunctionConfigurationCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda'
import { ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { mockClient } from 'aws-sdk-client-mock'
import { expect, it, onTestFinished, vi } from 'vitest'
import { adminCommands } from '../../../cli/admin/commands.ts'
import { type Finding, type Level, runCheck } from '../../../cli/admin/doctor/check.ts'
import { checks } from '../../../cli/admin/doctor/checks.ts'
import type { LogQuery } from '../../../cli/logs/logs.ts'
import type { Target } from '../../../cli/target.ts'
import packageJson from '../../../package.json' with { type: 'json' }

/** What a chat looks like to the checks. */
interface Situation {
  readonly outputs?: Readonly<Record<string, string>>
  readonly health?: number
  readonly faults?: string
  readonly skewMs?: number
  readonly secret?: string
  readonly admins?: number
  readonly origins?: string
  readonly logLevel?: string
  readonly quota?: number
  readonly peak?: number
  readonly refused?: number
  readonly rate?: number
  readonly broken?: boolean
  readonly waiting?: number
  readonly settings?: object | undefined
  readonly lines?: readonly Readonly<Record<string, unknown>>[]
  readonly minutesAgo?: number
}

const OUTPUTS = { DeadLettersUrl: 'd', TasksQueueUrl: 't', JwtSecretArn: 'arn', LogSalt: 'salt' }

/** Mocks all clients of a class until the test is over, because other tests share the process. */
const mocked: typeof mockClient = (client) => {
  const mock = mockClient(client)
  onTestFinished(() => mock.restore())
  return mock
}

function aTarget(stack: string | undefined, situation: Situation): Target {
  const { lines = [], minutesAgo = 1, settings } = situation
  const at = Date.now() - minutesAgo * 60_000
  vi.stubEnv('AWS_REGION', 'eu-west-1')
  vi.stubGlobal('fetch', async () => new Response('', { status: situation.health ?? 200 }))
  onTestFinished(() => {
    vi.unstubAllEnvs()
    vi.unstubAllGlobals()
  })
  const quota = situation.quota ?? 1_000
  mocked(LambdaClient)
    .on(GetAccountSettingsCommand)
    .resolves({ AccountLimit: { ConcurrentExecutions: quota, UnreservedConcurrentExecutions: quota } })
    .on(GetFunctionConfigurationCommand)
    .resolves({
      Environment: { Variables: { ALLOWED_ORIGINS: situation.origins ?? '' } },
      LoggingConfig: { ApplicationLogLevel: situation.logLevel === 'WARN' ? 'WARN' : 'INFO' },
    })
  mocked(APIGatewayClient)
    .on(GetAccountCommand)
    .resolves({ throttleSettings: { rateLimit: situation.rate ?? 10_000, burstLimit: 5_000 } })
  mocked(CloudFormationClient)
    .on(GetTemplateSummaryCommand)
    .resolves(settings === undefined ? {} : { Metadata: JSON.stringify({ Settings: settings }) })
  mocked(SQSClient)
    .on(GetQueueAttributesCommand)
    .resolves({ Attributes: { ApproximateNumberOfMessages: String(situation.waiting ?? 0) } })
  mocked(DynamoDBClient).on(ListTablesCommand).resolves({ TableNames: [] })
  mocked(SecretsManagerClient).on(ListSecretsCommand).resolves({ SecretList: [] })
  const users = Array.from({ length: situation.admins ?? 2 }, (_, n) => ({ id: `u${n}`, role: 'admin' }))
  const target = {
    stack,
    config: { region: 'eu-west-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } },
    outputs: situation.outputs ?? OUTPUTS,
    restUrl: 'https://chat.example',
    faults: situation.faults,
    functions: async () => new Map([['lifecycle', { name: 'l', logGroup: 'l' }]]),
    now: async () => Date.now() + (situation.skewMs ?? 0),
    secret: async () => situation.secret ?? 's'.repeat(64),
    usage: async () => ({
      peak: situation.peak ?? 1,
      throttles: new Map([['frames', situation.refused ?? 0]]),
    }),
    users: {
      listUsers: async () => users,
      find: async () => (situation.broken ? Promise.reject(new Error('no.')) : undefined),
    },
    deps: {
      connections: { inspectAll: async () => new Map() },
      register: { openedBetween: async () => [] },
      now: Date.now,
    },
    logs: {
      find: async ({ from }: LogQuery) => ({
        lines: lines.map((message) => ({ function: 'frames', at, requestId: 'r', message })),
        completeSince: from,
      }),
    },
  }
  return target as unknown as Target
}

const many = (message: object) => Array.from({ length: 30 }, () => ({ ...message }))
const sent = (reason: string) => many({ reason })

/** For each check a situation and the level of its findings; the round trip needs a running chat. */
const cases: readonly (readonly [check: string, level: Level, situation: Situation])[] = [
  ['outputs', 'ok', {}],
  ['outputs', 'problem', { outputs: {} }],
  ['faults', 'note', { faults: 'Faults on (seed 1): database.slow 1' }],
  ['health', 'ok', {}],
  ['health', 'problem', { health: 503 }],
  ['clock', 'ok', {}],
  ['clock', 'problem', { skewMs: 600_000 }],
  ['clock', 'problem', { skewMs: -600_000 }],
  ['secret', 'ok', {}],
  ['secret', 'problem', { secret: 'short' }],
  ['users', 'ok', {}],
  ['users', 'note', { admins: 1 }],
  ['users', 'problem', { admins: 0 }],
  ['origins', 'ok', { origins: 'https://a.example' }],
  ['origins', 'note', {}],
  ['refused pages', 'ok', {}],
  ['refused pages', 'note', { lines: many({ origin: 'https://b.example' }), minutesAgo: 30 }],
  ['refused pages', 'problem', { lines: many({ origin: 'https://b.example' }) }],
  ['refused pages', 'problem', { lines: many({ origin: 'a b' }) }],
  ['refused pages', 'problem', { lines: many({ origin: '' }) }],
  ['tokens', 'ok', {}],
  ['tokens', 'note', { lines: sent('exp'), minutesAgo: 30 }],
  ...['unknown key', 'exp', 'aud', 'no header'].map(
    (reason) => ['tokens', 'problem', { lines: sent(reason) }] as const,
  ),
  ['rates', 'ok', {}],
  ['rates', 'note', { lines: many({ connection: 'c', route: 'ping' }), minutesAgo: 30 }],
  ['rates', 'problem', { lines: many({ connection: 'c', route: 'ping' }) }],
  ['concurrency', 'ok', {}],
  ['concurrency', 'note', { quota: 10 }],
  ['concurrency', 'problem', { quota: 10, peak: 9 }],
  ['throttles', 'ok', {}],
  ['throttles', 'problem', { refused: 3 }],
  ['API rate', 'ok', { settings: { throttleRate: 500 } }],
  ['API rate', 'note', { settings: { throttleRate: 500 }, rate: 2_500 }],
  ['API rate', 'problem', { settings: { throttleRate: 5_000 }, rate: 2_500 }],
  ['database', 'ok', {}],
  ['database', 'problem', { broken: true }],
  ['speed', 'ok', {}],
  ['speed', 'note', { lines: many({ route: 'ping', duration_ms: 2_000 }), minutesAgo: 12 }],
  ['speed', 'problem', { lines: many({ route: 'ping', duration_ms: 2_000 }) }],
  ['errors', 'ok', {}],
  [
    'errors',
    'note',
    { lines: many({ errorType: 'TypeError', errorMessage: 'x', status: 'error' }), minutesAgo: 30 },
  ],
  ['errors', 'problem', { lines: many({ status: 'timeout' }) }],
  ['dead letters', 'ok', {}],
  ['dead letters', 'problem', { waiting: 3 }],
  ['tasks', 'ok', { waiting: 3 }],
  ['tasks', 'problem', { waiting: 300 }],
  ['sweep', 'ok', { lines: [{ code: 'ok' }] }],
  ['sweep', 'note', { logLevel: 'WARN' }],
  ['sweep', 'problem', {}],
  ['sweep', 'problem', { lines: many({ code: 'internal_error' }) }],
  ['settings', 'note', {}],
  ['settings', 'note', { settings: { typing: false } }],
  ['orphans', 'ok', {}],
]

it('[OPS-35] every check is in the table, apart from the round trip', () => {
  const named = new Set(cases.map(([check]) => check))
  expect(checks.map(({ name }) => name).filter((name) => !named.has(name))).toEqual(['round trip'])
})

it.each(cases)(
  '[OPS-35] "%s" with the level %s has one sentence and, unless all is well, says what to do (%#)',
  async (name, level, situation) => {
    const check = checks.find((one) => one.name === name) ?? expect.fail(name)
    for (const stack of ['AdminChat', undefined]) {
      const findings = await runCheck(check, aTarget(stack, situation))
      // Some checks apply only to a deployed stack.
      if (stack !== undefined) expect(findings.length).toBeGreaterThan(0)
      for (const finding of findings) expectWellWritten(finding, level)
    }
  },
)

function expectWellWritten({ level, text, remedy }: Finding, expected: Level): void {
  expect({ level, text }).toEqual({ level: expected, text: expect.stringMatching(/^[^\n]+\.$/) })
  expect(text).not.toMatch(/\. [A-Z]/)
  if (level === 'ok') expect(remedy).toBeUndefined()
  else expect(remedy).toMatch(/^\S[^\n]+\.$/)
  for (const [, script = ''] of (remedy ?? '').matchAll(/npm run ([\w:]+)/g)) {
    expect(Object.keys(packageJson.scripts)).toContain(script)
  }
  for (const [, command] of (remedy ?? '').matchAll(/npm run admin --(?: --stack \w+)? ([\w-]+)/g)) {
    expect(adminCommands().map((one) => one.name())).toContain(command)
  }
  for (const [, file = '', section] of (remedy ?? '').matchAll(/([\w/]+\.md), "([^"]+)"/g)) {
    expect(readFileSync(file, 'utf8')).toMatch(new RegExp(`^#+ ${section}$`, 'm'))
  }
}
