import { EDGE_REGION, edgeNameOf, needsEdgeStack } from '../../lib/edge-name.ts'
import { STACK_NAME } from '../../lib/stack-name.ts'
import { say } from '../output.ts'
import { TargetError } from '../target.ts'
import type { Account } from './account.ts'
import { ASSEMBLY, type Cdk, CdkError } from './cdk.ts'
import { deployedSettings, hasResources, isDeployed, stackStatus } from './deployed-stack.ts'
import { requireBootstrap, requireWhatSettingsName } from './requirements.ts'
import { compareSettings, type Values } from './settings.ts'

export interface DeployRequest {
  /** The values of the options `-c`. */
  readonly context: readonly string[]
  /** The options for `cdk deploy`. */
  readonly options: readonly string[]
  /** Name of the stack that `cdk bootstrap` has created. */
  readonly toolkit: string
}

/** The permission to lose settings. It is not a setting itself, so that it never stays in cdk.json. */
const ALLOW_LOSS = 'allowSettingLoss=true'

/**
 * Compares the settings with those of the deployed stack, and deploys. Throws a `TargetError` if the stack must not be
 * deployed.
 */
export async function deploy(request: DeployRequest, account: Account, cdk: Cdk): Promise<void> {
  const { toolkit, options } = request
  const context = request.context.filter((value) => value !== ALLOW_LOSS).flatMap((value) => ['-c', value])
  const isUpdate = await isDeployed(account.cloudFormation, STACK_NAME)
  if (!isUpdate) await requireBootstrap(account, toolkit)
  await cdk.run('synth', '--quiet', ...context)
  const settings = cdk.settings()
  await requireWhatSettingsName(account, settings)
  if (!isUpdate) return deployFirst({ account, cdk, context, options, settings })
  const before = await deployedSettings(account.cloudFormation, STACK_NAME)
  announceChanges(before, settings, request.context.includes(ALLOW_LOSS))
  await cdk.run('deploy', STACK_NAME, ...options, '--app', ASSEMBLY)
}

interface FirstDeployment {
  readonly account: Account
  readonly cdk: Cdk
  readonly context: readonly string[]
  readonly options: readonly string[]
  readonly settings: Values
}

/**
 * Protects the tables in a second step: if the creation fails, CloudFormation cannot delete tables that are protected
 * (docs/decisions/0017).
 */
async function deployFirst({ account, cdk, context, options, settings }: FirstDeployment): Promise<void> {
  const run = (...extra: readonly string[]) => cdk.run('deploy', STACK_NAME, ...options, ...context, ...extra)
  const isProtected = settings['deletionProtection'] === true
  try {
    await run(...(isProtected ? ['-c', 'deletionProtection=false'] : []))
  } catch (error) {
    if (!(error instanceof CdkError)) throw error
    throw new TargetError(await outcomeOf(account, settings))
  }
  if (!isProtected) return
  say('')
  say(`The stack ${STACK_NAME} has been created. An update now protects its tables from deletion.`)
  await run()
}

/** Says which stacks a failed first deployment has left behind. */
async function outcomeOf({ cloudFormation, edgeCloudFormation }: Account, settings: Values): Promise<string> {
  const destroy = `"npm run admin -- destroy --stack ${STACK_NAME}"`
  const incomplete = (name: string, status: string) =>
    `The deployment failed, and the stack ${name} is incomplete (${status}). ` +
    `Remove it with ${destroy} before you deploy again.`
  const status = await stackStatus(cloudFormation, STACK_NAME)
  if (hasResources(status)) return incomplete(STACK_NAME, status)
  const edge = edgeNameOf(STACK_NAME)
  const edgeStatus = needsEdgeStack(settings) ? await stackStatus(edgeCloudFormation, edge) : undefined
  if (!hasResources(edgeStatus)) {
    return 'The deployment failed, and nothing of it is left. Fix the cause, then run the command again.'
  }
  if (!edgeStatus.endsWith('_COMPLETE')) return incomplete(`${edge} in ${EDGE_REGION}`, edgeStatus)
  const bill = settings['waf'] === true ? ' Its firewall is billed.' : ''
  return (
    `The deployment failed, and the stack ${edge} is left in ${EDGE_REGION}.${bill} ` +
    `Remove it with ${destroy}, or keep it, fix the cause, and run the command again.`
  )
}

function announceChanges(before: Values | undefined, after: Values, isLossAllowed: boolean): void {
  if (before === undefined) {
    if (isLossAllowed) return
    throw new TargetError(
      'The deployed stack does not record its settings, so they cannot be compared. Check that this deployment has ' +
        `all of them, then repeat the command with -c ${ALLOW_LOSS}.`,
    )
  }
  const { changes, losses } = compareSettings(before, after)
  if (changes.length > 0) say('Settings that change:')
  for (const change of changes) say(`  ${change}`)
  if (losses.length === 0 || isLossAllowed) return
  throw new TargetError(
    [
      'Nothing was deployed, because settings of the deployed stack would be lost:',
      ...losses,
      '',
      'Add them to the command line or, for every deployment, to "context" in cdk.json.',
      `If you want to lose them, repeat the command with -c ${ALLOW_LOSS}.`,
    ].join('\n'),
  )
}
