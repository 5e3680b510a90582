import {
  type CloudFormationClient,
  DeleteStackCommand,
  DescribeStacksCommand,
  paginateListStackResources,
  type StackResourceSummary,
} from '@aws-sdk/client-cloudformation'
import type { Progress } from '../../progress.ts'
import { TargetError } from '../../target.ts'
import type { Pause } from './remains.ts'

/** A stack that exists. */
export interface ExistingStack {
  readonly name: string
  /** Finds the stack even after it was deleted. */
  readonly id: string
  readonly client: CloudFormationClient
}

export async function findStack(
  client: CloudFormationClient,
  name: string,
): Promise<ExistingStack | undefined> {
  const { status, id } = await describe(client, name)
  return status === 'DELETE_COMPLETE' ? undefined : { name, id, client }
}

async function describe(client: CloudFormationClient, name: string) {
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: name }))
    return { status: Stacks?.[0]?.StackStatus ?? 'DELETE_COMPLETE', id: Stacks?.[0]?.StackId ?? name }
  } catch (error) {
    if (!(error instanceof Error) || !/does not exist/.test(error.message)) throw error
    return { status: 'DELETE_COMPLETE', id: name }
  }
}

export interface DeleteOptions {
  /** Types of resources that the caller deletes if CloudFormation cannot. */
  readonly deletedLater: readonly string[]
  readonly progress: Progress
  readonly pause: Pause
}

/** Resolves once CloudFormation has deleted the stack. Throws a `TargetError` if it cannot. */
export async function deleteStack(stack: ExistingStack, options: DeleteOptions): Promise<void> {
  await requestDeletion(stack)
  const failed = await deletionOf(stack, options)
  if (failed.length === 0) return
  const isHandled = failed.every(({ ResourceType = '' }) => options.deletedLater.includes(ResourceType))
  if (!isHandled) throw new TargetError(failureOf(stack, failed))
  await requestDeletion(stack, failed)
  const failedAgain = await deletionOf(stack, options)
  if (failedAgain.length > 0) throw new TargetError(failureOf(stack, failedAgain))
}

async function requestDeletion(
  { client, name, id }: ExistingStack,
  kept: readonly StackResourceSummary[] = [],
): Promise<void> {
  const RetainResources = kept.flatMap(({ LogicalResourceId }) => LogicalResourceId ?? [])
  try {
    await client.send(
      new DeleteStackCommand({ StackName: id, ...(kept.length === 0 ? {} : { RetainResources }) }),
    )
  } catch (error) {
    if (!(error instanceof Error) || !/TerminationProtection/.test(error.message)) throw error
    throw new TargetError(
      `The stack ${name} is protected. To delete it, first run "aws cloudformation ` +
        `update-termination-protection --no-enable-termination-protection --stack-name ${name}".`,
    )
  }
}

const PAUSE_MS = 5_000

/** Waits until the deletion has ended, and resolves with the resources that could not be deleted. */
async function deletionOf(stack: ExistingStack, { progress, pause }: DeleteOptions) {
  for (;;) {
    await pause(PAUSE_MS)
    const { status } = await describe(stack.client, stack.id)
    if (status === 'DELETE_COMPLETE') return []
    const resources = await resourcesOf(stack)
    if (status === 'DELETE_FAILED') {
      return resources.filter(({ ResourceStatus }) => ResourceStatus === 'DELETE_FAILED')
    }
    const left = resources.filter(({ ResourceStatus }) => ResourceStatus !== 'DELETE_COMPLETE')
    progress.show(
      `Deleting the stack ${stack.name}: ${left.length} of ${resources.length} resources are left`,
    )
  }
}

async function resourcesOf({ client, id }: ExistingStack): Promise<readonly StackResourceSummary[]> {
  const found: StackResourceSummary[] = []
  for await (const page of paginateListStackResources({ client }, { StackName: id })) {
    found.push(...(page.StackResourceSummaries ?? []))
  }
  return found
}

const failureOf = ({ name }: ExistingStack, failed: readonly StackResourceSummary[]) =>
  [
    `CloudFormation could not delete all of ${name}:`,
    ...failed.map(
      ({ LogicalResourceId, ResourceStatusReason }) => `${LogicalResourceId}: ${ResourceStatusReason}`,
    ),
    'Fix the causes, then run the command again. It continues where it stopped.',
  ].join('\n')
