import { GetAccountCommand } from '@aws-sdk/client-api-gateway'
import { DescribeSecretCommand, ResourceNotFoundException } from '@aws-sdk/client-secrets-manager'
import { TargetError } from '../target.ts'
import type { Account } from './account.ts'
import { stackStatus } from './deployed-stack.ts'
import type { Values } from './settings.ts'

/** Throws a `TargetError` if the account has not been prepared for deployments with the CDK. */
export async function requireBootstrap({ cloudFormation, region }: Account, toolkit: string): Promise<void> {
  if ((await stackStatus(cloudFormation, toolkit)) !== undefined) return
  throw new TargetError(
    `The CDK has not been set up in ${region} yet: there is no stack ${toolkit}. ` +
      'Run "npx cdk bootstrap" once, then deploy again.',
  )
}

/** Throws a `TargetError` if the settings need something that must exist before the deployment. */
export async function requireWhatSettingsName(account: Account, settings: Values): Promise<void> {
  const { jwtSecretName, accessLogs } = settings
  if (typeof jwtSecretName === 'string') await requireSecret(account, jwtSecretName)
  if (accessLogs === true) await requireLogRole(account)
}

async function requireSecret({ secrets, region }: Account, name: string): Promise<void> {
  try {
    await secrets.send(new DescribeSecretCommand({ SecretId: name }))
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error
    throw new TargetError(
      `There is no secret ${name} in ${region}. Create it, or deploy without jwtSecretName to generate one.`,
    )
  }
}

/** A WebSocket stage with an access log cannot be created without this role. */
async function requireLogRole({ apiGateway, region }: Account): Promise<void> {
  const { cloudwatchRoleArn } = await apiGateway.send(new GetAccountCommand())
  if (cloudwatchRoleArn) return
  throw new TargetError(
    `The setting accessLogs needs a role with which API Gateway writes logs, and none is set in ${region}. ` +
      'Set it once as docs/operations.md says under "Write access logs", or deploy without accessLogs.',
  )
}
