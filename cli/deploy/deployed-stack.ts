import {
  type CloudFormationClient,
  DescribeStacksCommand,
  GetTemplateSummaryCommand,
} from '@aws-sdk/client-cloudformation'
import { TargetError } from '../target.ts'
import { isRecord, type Values } from './settings.ts'

/** The status of a stack; undefined if there is none. */
export async function stackStatus(client: CloudFormationClient, name: string): Promise<string | undefined> {
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: name }))
    return Stacks?.[0]?.StackStatus
  } catch (error) {
    if (error instanceof Error && /does not exist/.test(error.message)) return undefined
    throw error
  }
}

/** Statuses of a stack that has no resources, or no longer has any. The CDK creates it again. */
const EMPTY = ['REVIEW_IN_PROGRESS', 'ROLLBACK_COMPLETE', 'DELETE_COMPLETE']

/** Whether a stack with this status exists and has resources. */
export const hasResources = (status: string | undefined): status is string =>
  status !== undefined && !EMPTY.includes(status)

/**
 * Whether a stack is deployed, so that the next deployment updates it. Throws a `TargetError` if it cannot be deployed
 * in its present state.
 */
export async function isDeployed(client: CloudFormationClient, name: string): Promise<boolean> {
  const status = await stackStatus(client, name)
  if (!hasResources(status)) return false
  if (status.endsWith('_IN_PROGRESS') && !status.endsWith('_CLEANUP_IN_PROGRESS')) {
    throw new TargetError(
      `The stack ${name} is being changed (${status}). Wait until the change has finished.`,
    )
  }
  if (status === 'UPDATE_ROLLBACK_FAILED') {
    throw new TargetError(
      `The last update of ${name} could not be undone. Run "npx cdk rollback ${name}", then deploy again.`,
    )
  }
  if (['CREATE_FAILED', 'ROLLBACK_FAILED', 'DELETE_FAILED'].includes(status)) {
    throw new TargetError(
      `The stack ${name} is incomplete (${status}). Remove it with ` +
        `"npm run admin -- destroy --stack ${name}", then deploy again.`,
    )
  }
  return true
}

/** The settings with which a stack was deployed; undefined if its template does not record them. */
export async function deployedSettings(
  client: CloudFormationClient,
  name: string,
): Promise<Values | undefined> {
  const { Metadata } = await client.send(new GetTemplateSummaryCommand({ StackName: name }))
  const metadata: unknown = JSON.parse(Metadata ?? '{}')
  const settings = isRecord(metadata) ? metadata['Settings'] : undefined
  return isRecord(settings) ? settings : undefined
}
