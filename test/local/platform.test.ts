import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { expect, it, onTestFinished } from 'vitest'
import { ThrottledError } from '../../local/aws/lambda/invoke.ts'
import { createSecretStore } from '../../local/aws/secrets/secrets.ts'
import { createFaults } from '../../local/faults/faults.ts'
import { startPlatform } from '../../local/platform.ts'
import type { StackModel } from '../../local/stack/model.ts'
import { place } from '../../local/stack/names.ts'
import { temporaryDirectory } from './temporary.ts'

/** The platform of a stack with one function, which returns its event. */
async function aPlatform(concurrency: number) {
  const dataDir = temporaryDirectory()
  const codeDir = join(dataDir, 'echo')
  mkdirSync(codeDir)
  writeFileSync(join(codeDir, 'index.cjs'), 'exports.handler = async (event) => event')
  const echo = {
    id: 'Echo',
    name: 'Echo',
    arn: 'arn:aws:lambda:eu-west-1:000000000000:function:Echo',
    codeDir,
    handler: 'index.handler',
    timeoutMs: 5_000,
    memoryMegabytes: 128,
    environment: {},
    logLevel: 'WARN',
    statements: [],
  }
  const secretArn = 'arn:aws:secretsmanager:eu-west-1:000000000000:secret:Key-abcdef'
  const stack: StackModel = {
    name: 'Chat',
    functions: new Map([[echo.id, echo]]),
    webSocketApi: { apiId: 'api1', stage: 'prod', routeSelectionExpression: '', routes: new Map() },
    httpApi: { apiId: 'api2', stage: '$default', routes: [] },
    site: { behaviors: [], uploads: [] },
    tables: [],
    queues: [],
    eventSources: [],
    schedules: [],
    secretArn,
    outputs: { TasksQueueUrl: 'https://sqs.eu-west-1.amazonaws.com/000000000000/tasks' },
  }
  const platform = await startPlatform({
    dataDir,
    concurrency,
    stack,
    databaseEndpoint: 'http://127.0.0.1:1',
    secret: createSecretStore(secretArn, 'secret'),
    queuesFile: join(dataDir, 'queues.jsonl'),
    siteDir: dataDir,
    tablesReady: Promise.resolve(),
    log: () => undefined,
    functionLog: () => undefined,
    faults: createFaults({}),
  })
  onTestFinished(() => platform.close())
  return platform
}

it('[OPS-8] the limit of LAMBDA_CONCURRENCY is that of the functions, and the one that Lambda reports', async () => {
  const { invoke, awsEndpoint: endpoint, operator: credentials } = await aPlatform(2)
  const three = await Promise.allSettled(['a', 'b', 'c'].map((event) => invoke('Echo', event)))
  expect(three).toEqual([
    { status: 'fulfilled', value: 'a' },
    { status: 'fulfilled', value: 'b' },
    { status: 'rejected', reason: expect.any(ThrottledError) },
  ])
  const lambda = new LambdaClient({ endpoint, credentials, region: place.region })
  const { AccountLimit } = await lambda.send(new GetAccountSettingsCommand())
  expect(AccountLimit?.ConcurrentExecutions).toBe(2)
})
