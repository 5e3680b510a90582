import { APIGatewayClient, GetAccountCommand } from '@aws-sdk/client-api-gateway'
import {
  CloudFormationClient,
  CloudFormationServiceException,
  DescribeStackResourcesCommand,
  GetTemplateSummaryCommand,
} from '@aws-sdk/client-cloudformation'
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb'
import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { mockClient } from 'aws-sdk-client-mock'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { runCheck } from '../../../cli/admin/doctor/check.ts'
import { apiThrottle } from '../../../cli/admin/doctor/checks/account.ts'
import { concurrency, throttles } from '../../../cli/admin/doctor/checks/capacity.ts'
import { orphans } from '../../../cli/admin/doctor/checks/orphans.ts'
import { settings } from '../../../cli/admin/doctor/checks/settings.ts'
import type { Target } from '../../../cli/target.ts'
import { readSettings } from '../../../lib/settings.ts'

const chat = (rest: Partial<Target>) => ({ stack: 'AdminChat', config: {}, ...rest }) as Target
const usage =
  (peak: number, frames = 0) =>
  async () => ({ peak, throttles: new Map([['frames', frames]] as const) })

beforeEach(() => {
  vi.stubEnv('AWS_REGION', 'eu-west-1')
  return () => void vi.unstubAllEnvs()
})

/** Mocks all clients of a class until the test is over, because other tests share the process. */
const mocked: typeof mockClient = (client) => {
  const mock = mockClient(client)
  onTestFinished(() => mock.restore())
  return mock
}

describe('the checks of the account', () => {
  const quota = (ConcurrentExecutions: number) =>
    mocked(LambdaClient)
      .on(GetAccountSettingsCommand)
      .resolves({
        AccountLimit: { ConcurrentExecutions, UnreservedConcurrentExecutions: ConcurrentExecutions },
      })

  it('[OPS-35] say what a quota of ten invocations carries and how to raise it, and when it is nearly used up', async () => {
    quota(10)
    expect(await runCheck(concurrency, chat({ usage: usage(3) }))).toEqual([
      {
        level: 'note',
        text: expect.stringMatching(
          /^The functions may run only 10 invocations at once, of which at most 3 ran in the last day\./,
        ),
        remedy: expect.stringContaining('aws service-quotas request-service-quota-increase'),
      },
    ])
    expect(await runCheck(concurrency, chat({ usage: usage(8) }))).toMatchObject([
      { level: 'problem', text: '8 of 10 concurrent invocations ran at once in the last day.' },
    ])
    quota(1000)
    expect(await runCheck(concurrency, chat({ usage: usage(8) }))).toMatchObject([{ level: 'ok' }])
  })

  it('[OPS-35] name the functions whose invocations were refused', async () => {
    expect(await runCheck(throttles, chat({ usage: usage(10, 312) }))).toMatchObject([
      {
        level: 'problem',
        text: 'Lambda refused 312 invocations in the last day (frames 312), because too many were running.',
      },
    ])
    expect(await runCheck(throttles, chat({ usage: usage(10) }))).toMatchObject([{ level: 'ok' }])
  })

  it('[OPS-35] compare the rate of API Gateway with the setting of the deployed stack', async () => {
    const summary = mocked(CloudFormationClient).on(GetTemplateSummaryCommand, {
      StackName: 'AdminChat',
    })
    mocked(APIGatewayClient)
      .on(GetAccountCommand)
      .resolves({ throttleSettings: { rateLimit: 2_500, burstLimit: 1_250 } })
    summary.resolves({ Metadata: JSON.stringify({ Settings: { throttleRate: 500 } }) })
    expect(await runCheck(apiThrottle, chat({}))).toMatchObject([{ level: 'note' }])
    summary.resolves({ Metadata: JSON.stringify({ Settings: { throttleRate: 5_000 } }) })
    expect(await runCheck(apiThrottle, chat({}))).toMatchObject([
      { level: 'problem', text: expect.stringContaining('2500 requests a second') },
    ])
  })

  it('[OPS-35] find tables and secrets of deleted stacks, and none of a stack that exists', async () => {
    const [kept, lost, skipped] = ['A', 'B', 'C'].map((name) => `Chat-TablesUsers0A114C9A-${name}`)
    const secret = 'arn:aws:secretsmanager:eu-west-1:1:secret:Token-abcdef'
    mocked(DynamoDBClient)
      .on(ListTablesCommand)
      .resolves({ TableNames: [kept, 'Other', lost, skipped].filter((name) => name !== undefined) })
    mocked(SecretsManagerClient)
      .on(ListSecretsCommand)
      .resolves({ SecretList: [{ ARN: secret }] })
    const missing = new CloudFormationServiceException({
      name: 'ValidationError',
      message: 'Stack for B does not exist',
      $fault: 'client',
      $metadata: {},
    })
    const resource = (
      PhysicalResourceId: string | undefined,
      ResourceStatus: 'CREATE_COMPLETE' | 'DELETE_SKIPPED',
    ) => ({
      StackResources: [
        {
          PhysicalResourceId,
          ResourceStatus,
          LogicalResourceId: '',
          ResourceType: '',
          Timestamp: new Date(0),
        },
      ],
    })
    mocked(CloudFormationClient)
      .on(DescribeStackResourcesCommand)
      .rejects(missing)
      .on(DescribeStackResourcesCommand, { PhysicalResourceId: kept })
      .resolves(resource(kept, 'CREATE_COMPLETE'))
      .on(DescribeStackResourcesCommand, { PhysicalResourceId: skipped })
      .resolves(resource(skipped, 'DELETE_SKIPPED'))
    expect(await runCheck(orphans, chat({}))).toMatchObject([
      {
        level: 'problem',
        text: `3 tables and secrets of deleted stacks are left: ${lost}, ${skipped}, ${secret}.`,
      },
    ])
    expect(await runCheck(orphans, chat({ stack: undefined }))).toEqual([])
  })

  it('[OPS-35] name the settings that a deployment without options would change', async () => {
    const summary = mocked(CloudFormationClient).on(GetTemplateSummaryCommand)
    const deployed = readSettings({})
    summary.resolves({ Metadata: JSON.stringify({ Settings: deployed }) })
    expect(await runCheck(settings, chat({}))).toMatchObject([{ level: 'ok' }])
    const Settings = { ...deployed, allowedOrigins: ['https://a.example'], tokenIssuer: 'a' }
    summary.resolves({ Metadata: JSON.stringify({ Settings }) })
    expect(await runCheck(settings, chat({}))).toMatchObject([
      {
        level: 'note',
        text:
          'A deployment from this folder without options would change 2 settings: ' +
          'allowedOrigins from ["https://a.example"] to []; tokenIssuer from "a" to none.',
      },
    ])
    summary.resolves({})
    expect(await runCheck(settings, chat({}))).toMatchObject([
      { level: 'note', text: expect.stringContaining('does not record its settings') },
    ])
  })
})
