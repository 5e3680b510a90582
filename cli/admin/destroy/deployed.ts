import type { CloudFormationClient } from '@aws-sdk/client-cloudformation'
import { EDGE_REGION, edgeNameOf } from '../../../lib/edge-name.ts'
import { warn } from '../../output.ts'
import type { Progress } from '../../progress.ts'
import { TargetError } from '../../target.ts'
import { type Ask, confirmTwice } from './confirm.ts'
import { findRemains, type Pause, type Place, type Remain } from './remains.ts'
import { deleteStack, type ExistingStack, findStack } from './stacks.ts'

/** Where the parts of a deployed chat are. */
export interface DeployedChat {
  readonly stack: string
  readonly region: string
  readonly cloudFormation: CloudFormationClient
  /** For the second stack, which is always in us-east-1. */
  readonly edgeCloudFormation: CloudFormationClient
  readonly places: readonly Place[]
}

export interface DestroyRequest {
  /** Whether to also delete the resources that CloudFormation keeps. */
  readonly everything: boolean
  /** The name of the stack, given with `--yes` instead of answering the questions. */
  readonly yes: string | undefined
}

export interface DestroyTools {
  readonly ask: Ask
  readonly progress: Progress
  readonly pause: Pause
}

export interface DestroyResult {
  readonly deleted: readonly string[]
  readonly left: readonly Remain[]
  /** Everything that was looked for at the end. */
  readonly lookedFor: readonly string[]
}

/** The types of resources that `places` finds, and deletes if CloudFormation could not delete them. */
const TYPES_IN_PLACES = [
  'AWS::DynamoDB::Table',
  'AWS::SecretsManager::Secret',
  'AWS::Logs::LogGroup',
  'AWS::S3::Bucket',
]

/** Deletes the stacks and, if asked for, all that remains of them and of earlier stacks of the same name. */
export async function destroyDeployed(
  chat: DeployedChat,
  { everything, yes }: DestroyRequest,
  tools: DestroyTools,
): Promise<DestroyResult> {
  const { stack, region } = chat
  const edge = edgeNameOf(stack)
  const lookedFor = [
    `the stack ${stack} in ${region}`,
    `the stack ${edge} in ${EDGE_REGION}`,
    ...chat.places.map((place) => place.lookedFor),
  ]
  // The first stack is deleted first, because its site uses resources of the second stack.
  const stacks = [await findStack(chat.cloudFormation, stack), await findStack(chat.edgeCloudFormation, edge)]
  const existing = stacks.filter((found) => found !== undefined)
  const before = await findRemains(chat.places)
  const remains = everything ? before.filter(isRemovable) : []
  if (existing.length === 0 && remains.length === 0) return { deleted: [], left: before, lookedFor }
  for (const line of planOf(chat, existing, remains, everything)) warn(line)
  await confirmTwice(stack, yes, tools.ask)
  const left = await deleteAll(chat, existing, everything, tools)
  const keys = new Set(left.map(keyOf))
  const deleted = [
    ...existing.map(({ name }) => `stack ${name}`),
    ...before.map(keyOf).filter((key) => !keys.has(key)),
  ]
  return { deleted, left, lookedFor }
}

/** Resolves with what is left afterwards. */
async function deleteAll(
  chat: DeployedChat,
  stacks: readonly ExistingStack[],
  everything: boolean,
  tools: DestroyTools,
): Promise<readonly Remain[]> {
  const deletedLater = everything ? TYPES_IN_PLACES : []
  try {
    for (const stack of stacks) await deleteStack(stack, { ...tools, deletedLater })
    return await (everything ? removeRemains(chat, tools) : findRemains(chat.places))
  } finally {
    tools.progress.end()
  }
}

const isRemovable = ({ remove }: Remain) => remove !== undefined
const keyOf = ({ kind, name }: Remain) => `${kind} ${name}`

function planOf(
  { stack, region }: DeployedChat,
  existing: readonly ExistingStack[],
  remains: readonly Remain[],
  everything: boolean,
): readonly string[] {
  return [
    `To be deleted in ${region}:`,
    ...existing.map(({ name }) => `  stack ${name} with all of its resources`),
    ...remains.map(({ kind, name, detail }) => `  ${kind} ${name}: ${detail}`),
    everything
      ? 'Deleting the tables deletes all conversations and users. Deleting the secret makes all tokens invalid.'
      : `The secret of ${stack} and its tables of conversations, invitations and users are kept.`,
  ]
}

const ATTEMPTS = 10
const PAUSE_MS = 3_000

/** Deletes what remains. For some seconds, AWS may still list what was just deleted. */
async function removeRemains(
  { places }: DeployedChat,
  { progress, pause }: DestroyTools,
): Promise<readonly Remain[]> {
  for (let attempt = 1; ; attempt++) {
    const left = await findRemains(places)
    if (!left.some(isRemovable)) return left
    if (attempt > ATTEMPTS) throw new TargetError(`These are still there: ${left.map(keyOf).join(', ')}.`)
    for (const remain of left) {
      progress.show(`Deleting the ${keyOf(remain)}`)
      await remain.remove?.()
    }
    await pause(PAUSE_MS)
  }
}
