import { CloudFormationClient, DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation'
import { DynamoDBClient, paginateListTables } from '@aws-sdk/client-dynamodb'
import { paginateListSecrets, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { count } from '../../../columns.ts'
import { type Check, ok, problem } from '../check.ts'

/** The end of the name that CloudFormation gives to a table of the chat. */
const TABLE = /-Tables(?:Connections|Conversations|Invitations|Users)[0-9A-F]{8}-[0-9A-Z]+$/
/** The description that lib/constructs/token-secret.ts gives to the secret. */
const SECRET = 'Signing key of the chat tokens'

/** Tables and secrets that a deleted stack has left behind: they hold data, and the secrets cost money. */
export const orphans: Check = {
  name: 'orphans',
  timeoutMs: 40_000,
  async run({ stack }) {
    if (stack === undefined) return []
    const cloudFormation = new CloudFormationClient()
    const [tables, secrets] = await Promise.all([chatTables(), chatSecrets()])
    const orphaned: string[] = []
    for (const id of [...tables, ...secrets]) if (!(await hasStack(cloudFormation, id))) orphaned.push(id)
    if (orphaned.length === 0) return ok('No table or secret of a deleted stack is left.')
    return problem(
      `${count(orphaned.length, 'table or secret', 'tables and secrets')} of deleted stacks ${orphaned.length === 1 ? 'is' : 'are'} left: ${orphaned.join(', ')}.`,
      'If you do not need the data, delete them: "npm run admin -- destroy --everything --stack NAME", with the name of ' +
        'the deleted stack.',
    )
  },
}

async function chatTables(): Promise<readonly string[]> {
  const names: string[] = []
  for await (const { TableNames } of paginateListTables({ client: new DynamoDBClient() }, {})) {
    names.push(...(TableNames ?? []).filter((name) => TABLE.test(name)))
  }
  return names
}

async function chatSecrets(): Promise<readonly string[]> {
  const arns: string[] = []
  const Filters = [{ Key: 'description' as const, Values: [SECRET] }]
  for await (const { SecretList } of paginateListSecrets(
    { client: new SecretsManagerClient() },
    { Filters },
  )) {
    arns.push(...(SecretList ?? []).flatMap(({ ARN }) => ARN ?? []))
  }
  return arns
}

/** Whether a stack that still exists contains the resource with this physical id. */
async function hasStack(client: CloudFormationClient, PhysicalResourceId: string): Promise<boolean> {
  try {
    const { StackResources = [] } = await client.send(
      new DescribeStackResourcesCommand({ PhysicalResourceId }),
    )
    const found = StackResources.find((resource) => resource.PhysicalResourceId === PhysicalResourceId)
    return found !== undefined && found.ResourceStatus !== 'DELETE_SKIPPED'
  } catch (error) {
    if (error instanceof Error && error.name === 'ValidationError') return false
    throw error
  }
}
