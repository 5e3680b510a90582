import path from 'node:path'
import type { DeployedChat, DestroyRequest, DestroyResult } from './deployed.ts'
import type { LaptopResult } from './laptop.ts'
import type { Remain } from './remains.ts'

/** What the command prints about a deployed chat. */
export function deployedLines(
  { stack, region }: Pick<DeployedChat, 'stack' | 'region'>,
  { everything }: DestroyRequest,
  { deleted, left, lookedFor }: DestroyResult,
): readonly string[] {
  const kept = left.filter(({ remove }) => remove !== undefined)
  const expiring = left.filter(({ remove }) => remove === undefined)
  return [
    ...deleted.map((name) => `deleted: ${name}`),
    ...(kept.length > 0 ? keptLines(stack, kept) : [`Nothing of ${stack} is left in ${region}. Looked for:`]),
    ...(kept.length > 0 ? [] : lookedFor.map((what) => `  ${what}: none`)),
    ...(expiring.length > 0 ? ['Backups that cost nothing, and that AWS deletes automatically:'] : []),
    ...expiring.map(lineOf),
    ...(everything ? FOREIGN : []),
  ]
}

/** Resources that the command does not delete, because they belong to the account rather than to the chat. */
const FOREIGN = [
  'Not looked for, because other stacks may use them: the bucket of the CDK with the uploaded code ("npx cdk gc" empties',
  'it), the secret that jwtSecretName names, and the role with which API Gateway writes access logs.',
]

function keptLines(stack: string, kept: readonly Remain[]): readonly string[] {
  const dollars = kept.reduce((sum, { dollarsPerMonth }) => sum + dollarsPerMonth, 0)
  return [
    `What is left costs about $${dollars.toFixed(2)} a month:`,
    ...kept.map(lineOf),
    `To delete it: npm run admin -- destroy --everything --stack ${stack}`,
  ]
}

const lineOf = ({ kind, name, detail }: Remain) => `  ${kind} ${name}: ${detail}`

/** What the command prints about the chat on this machine. */
export function laptopLines(
  dataDir: string,
  { everything }: DestroyRequest,
  { deleted, left }: LaptopResult,
): readonly string[] {
  const engine = process.env['AWS_ENDPOINT_URL_DYNAMODB']
  return [
    ...deleted.map((name) => `deleted: ${path.join(dataDir, name)}`),
    ...resultOn(dataDir, everything, left),
    ...(engine ? [`The tables in the database at ${engine} are not deleted.`] : []),
  ]
}

function resultOn(dataDir: string, everything: boolean, left: readonly string[]): readonly string[] {
  if (left.length === 0) return [`Nothing is left: the directory ${dataDir} does not exist.`]
  if (everything) return [`Left in ${dataDir}, because the chat did not create it: ${left.join(', ')}`]
  return [
    `There is no stack on this machine. ${dataDir} contains: ${left.join(', ')}`,
    'To delete all data of the chat there: npm run admin -- destroy --everything',
  ]
}
