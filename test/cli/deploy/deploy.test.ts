import { APIGatewayClient, GetAccountCommand } from '@aws-sdk/client-api-gateway'
import {
  CloudFormationClient,
  DescribeStacksCommand,
  GetTemplateSummaryCommand,
} from '@aws-sdk/client-cloudformation'
import {
  DescribeSecretCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { mockClient } from 'aws-sdk-client-mock'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Cdk, CdkError } from '../../../cli/deploy/cdk.ts'
import { deploy } from '../../../cli/deploy/deploy.ts'
import type { Values } from '../../../cli/deploy/settings.ts'

const ALLOW_LOSS = 'allowSettingLoss=true'
const config = { region: 'eu-west-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } }

/** An account in which the CDK is set up, and a CDK that only records what it is asked for. */
function anAccount({ settings = {} as Values, failing = false } = {}) {
  const account = {
    region: 'eu-west-1',
    cloudFormation: new CloudFormationClient(config),
    edgeCloudFormation: new CloudFormationClient({ ...config, region: 'us-east-1' }),
    apiGateway: new APIGatewayClient(config),
    secrets: new SecretsManagerClient(config),
  }
  const cloudFormation = mockClient(account.cloudFormation)
  const edgeCloudFormation = mockClient(account.edgeCloudFormation)
  const apiGateway = mockClient(account.apiGateway)
  const secrets = mockClient(account.secrets)
  cloudFormation.on(DescribeStacksCommand).rejects(new Error('Stack with id AdminChat does not exist'))
  edgeCloudFormation
    .on(DescribeStacksCommand)
    .rejects(new Error('Stack with id AdminChatEdge does not exist'))
  apiGateway.on(GetAccountCommand).resolves({})
  const stack = (StackName: string, StackStatus: string) =>
    cloudFormation.on(DescribeStacksCommand, { StackName }).resolves({
      Stacks: [{ StackName, StackStatus: StackStatus as 'CREATE_COMPLETE', CreationTime: new Date() }],
    })
  stack('CDKToolkit', 'CREATE_COMPLETE')
  const ran: string[] = []
  const cdk: Cdk = {
    async run(...args) {
      ran.push(args.join(' '))
      if (failing && args[0] === 'deploy') throw new CdkError('"cdk deploy" failed; see above.')
    },
    settings: () => settings,
  }
  return {
    ran,
    cloudFormation,
    edgeCloudFormation,
    apiGateway,
    secrets,
    stack,
    deployed(before: Values | undefined, status = 'UPDATE_COMPLETE') {
      stack('AdminChat', status)
      const Metadata = before === undefined ? undefined : JSON.stringify({ Settings: before })
      cloudFormation.on(GetTemplateSummaryCommand, { StackName: 'AdminChat' }).resolves({ Metadata })
    },
    deploy: (...context: readonly string[]) =>
      deploy({ context, options: ['--profile', 'private'], toolkit: 'CDKToolkit' }, account, cdk),
  }
}

const printed: string[] = []
beforeEach(() => {
  vi.spyOn(console, 'log').mockImplementation((text) => void printed.push(String(text)))
})
afterEach(() => {
  vi.restoreAllMocks()
  printed.length = 0
})

const UPDATE = 'deploy AdminChat --profile private --app cdk.out'

describe('an update', () => {
  it('[OPS-25] lists what changes, and deploys exactly what was compared', async () => {
    const account = anAccount({ settings: { memoryMegabytes: 512, typing: true } })
    account.deployed({ memoryMegabytes: 1024, typing: true })
    await account.deploy('memoryMegabytes=512')
    expect(account.ran).toEqual(['synth --quiet -c memoryMegabytes=512', UPDATE])
    expect(printed).toEqual(['Settings that change:', '  memoryMegabytes: 1024 → 512'])
  })

  it('[OPS-25] that loses an origin is refused, and allowed on request', async () => {
    const account = anAccount({ settings: { allowedOrigins: [] } })
    account.deployed({ allowedOrigins: ['https://a.example'] })
    await expect(account.deploy()).rejects.toThrow(/Nothing was deployed.*\nPages of https:\/\/a\.example/)
    expect(account.ran).toEqual(['synth --quiet'])
    await account.deploy(ALLOW_LOSS)
    // The app knows no such setting.
    expect(account.ran.slice(1)).toEqual(['synth --quiet', UPDATE])
  })

  it('[OPS-25] of a stack that does not record its settings is refused', async () => {
    const account = anAccount()
    account.deployed(undefined)
    await expect(account.deploy()).rejects.toThrow(/does not record its settings/)
    await account.deploy(ALLOW_LOSS)
    expect(account.ran.at(-1)).toBe(UPDATE)
  })

  it.each([
    ['UPDATE_IN_PROGRESS', /is being changed/],
    ['DELETE_IN_PROGRESS', /is being changed/],
    ['ROLLBACK_FAILED', /npm run admin -- destroy --stack AdminChat/],
    ['DELETE_FAILED', /npm run admin -- destroy --stack AdminChat/],
    ['UPDATE_ROLLBACK_FAILED', /npx cdk rollback AdminChat/],
  ])('is refused in words while the stack is in %s', async (status, sentence) => {
    const account = anAccount()
    account.deployed({}, status)
    await expect(account.deploy()).rejects.toThrow(sentence)
    expect(account.ran).toEqual([])
  })
})

describe('a first deployment', () => {
  const settings = { deletionProtection: true }
  const CREATE = 'deploy AdminChat --profile private -c typing=false'

  it('[OPS-26] protects the tables in a second step', async () => {
    const account = anAccount({ settings })
    await account.deploy('typing=false')
    expect(account.ran).toEqual([
      'synth --quiet -c typing=false',
      `${CREATE} -c deletionProtection=false`,
      CREATE,
    ])
  })

  it('has one step if the tables are not to be protected', async () => {
    const account = anAccount({ settings: { deletionProtection: false } })
    await account.deploy('typing=false')
    expect(account.ran.slice(1)).toEqual([CREATE])
  })

  it('can follow one that failed and left nothing', async () => {
    const account = anAccount({ settings })
    account.stack('AdminChat', 'ROLLBACK_COMPLETE')
    await account.deploy()
    expect(account.ran).toHaveLength(3)
  })

  it.each([
    ['ROLLBACK_COMPLETE', /nothing of it is left/],
    ['ROLLBACK_FAILED', /incomplete \(ROLLBACK_FAILED\)/],
  ])('[OPS-26] that fails with %s says what is left of it', async (status, sentence) => {
    const account = anAccount({ settings, failing: true })
    const { cloudFormation } = account
    cloudFormation
      .on(DescribeStacksCommand, { StackName: 'AdminChat' })
      .rejectsOnce(new Error('Stack with id AdminChat does not exist'))
      .resolves({
        Stacks: [
          { StackName: 'AdminChat', StackStatus: status as 'ROLLBACK_FAILED', CreationTime: new Date() },
        ],
      })
    await expect(account.deploy()).rejects.toThrow(sentence)
    expect(account.ran).toHaveLength(2)
  })

  it.each([
    [
      'CREATE_COMPLETE',
      /AdminChatEdge is left in us-east-1.*billed.*destroy --stack AdminChat".*run the command again/,
    ],
    [
      'ROLLBACK_FAILED',
      /AdminChatEdge in us-east-1 is incomplete.*destroy --stack AdminChat" before you deploy again/,
    ],
    ['ROLLBACK_COMPLETE', /nothing of it is left/],
  ])('[OPS-26] that fails says what is left of the second stack in %s', async (status, sentence) => {
    const account = anAccount({ settings: { ...settings, waf: true }, failing: true })
    account.edgeCloudFormation.on(DescribeStacksCommand, { StackName: 'AdminChatEdge' }).resolves({
      Stacks: [
        { StackName: 'AdminChatEdge', StackStatus: status as 'ROLLBACK_FAILED', CreationTime: new Date() },
      ],
    })
    await expect(account.deploy()).rejects.toThrow(sentence)
  })

  it('[OPS-26] that fails without a second stack does not look in us-east-1', async () => {
    const account = anAccount({ settings, failing: true })
    await expect(account.deploy()).rejects.toThrow(/nothing of it is left/)
    expect(account.edgeCloudFormation.calls()).toEqual([])
  })

  it('needs an account in which the CDK is set up', async () => {
    const account = anAccount({ settings })
    account.cloudFormation
      .on(DescribeStacksCommand, { StackName: 'CDKToolkit' })
      .rejects(new Error('Stack with id CDKToolkit does not exist'))
    await expect(account.deploy()).rejects.toThrow(/npx cdk bootstrap/)
    expect(account.ran).toEqual([])
  })

  it('passes on an error of AWS', async () => {
    const account = anAccount({ settings })
    account.cloudFormation.on(DescribeStacksCommand).rejects(new Error('The security token is expired'))
    await expect(account.deploy()).rejects.toThrow('The security token is expired')
  })
})

describe('what the settings name', () => {
  it('[OPS-28] access logs need a role of the account, which may come from another stack', async () => {
    const account = anAccount({ settings: { accessLogs: true } })
    await expect(account.deploy()).rejects.toThrow(/none is set in eu-west-1.*docs\/operations\.md/)
    expect(account.ran).toEqual(['synth --quiet'])
    account.apiGateway.on(GetAccountCommand).resolves({ cloudwatchRoleArn: 'arn:aws:iam::1:role/others' })
    await account.deploy()
    expect(account.ran).toHaveLength(3)
  })

  it('an existing secret must exist', async () => {
    const account = anAccount({ settings: { jwtSecretName: 'company/chat' } })
    const missing = new ResourceNotFoundException({ message: 'no', $metadata: {} })
    account.secrets.on(DescribeSecretCommand, { SecretId: 'company/chat' }).rejects(missing)
    await expect(account.deploy()).rejects.toThrow(/There is no secret company\/chat in eu-west-1/)
    account.secrets.on(DescribeSecretCommand, { SecretId: 'company/chat' }).resolves({})
    await account.deploy()
    expect(account.ran).toHaveLength(3)
  })
})
