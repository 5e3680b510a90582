import { z } from 'zod'
import { arn } from '../../stack/names.ts'
import type { Permission } from '../iam/authorize.ts'

const single = z.object({ TableName: z.string(), IndexName: z.string().optional() })
const batch = z.object({ RequestItems: z.record(z.string(), z.unknown()) })
const transaction = z.object({ TransactItems: z.array(z.record(z.string(), single)) })

/** Operations on a single table; the IAM action has the same name. */
const singleTableOperations = new Set([
  'GetItem',
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'Query',
  'Scan',
  'DescribeTable',
])

/** The IAM action that each kind of transaction item requires. */
const transactActions: Readonly<Record<string, string>> = {
  Get: 'GetItem',
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
}

/**
 * Returns the IAM permissions that a DynamoDB call requires, or `undefined` for operations that are not available to
 * functions, such as `CreateTable`, because the template defines the tables.
 */
export function dynamodbPermissions(operation: string, body: Buffer): readonly Permission[] | undefined {
  const input: unknown = JSON.parse(body.toString())
  if (singleTableOperations.has(operation)) {
    const { TableName, IndexName } = single.parse(input)
    const resource = tableArn(TableName) + (IndexName === undefined ? '' : `/index/${IndexName}`)
    return [{ action: `dynamodb:${operation}`, resource }]
  }
  if (operation === 'BatchGetItem' || operation === 'BatchWriteItem') {
    return Object.keys(batch.parse(input).RequestItems).map((table) => ({
      action: `dynamodb:${operation}`,
      resource: tableArn(table),
    }))
  }
  if (operation === 'TransactWriteItems' || operation === 'TransactGetItems') {
    return transaction.parse(input).TransactItems.flatMap((item) =>
      Object.entries(item).map(([part, { TableName }]) => ({
        action: `dynamodb:${transactActions[part] ?? part}`,
        resource: tableArn(TableName),
      })),
    )
  }
  return undefined
}

/** The names of the tables that a call uses. */
export const tablesOf = (operation: string, body: Buffer): readonly string[] => [
  ...new Set(
    (dynamodbPermissions(operation, body) ?? []).map(({ resource }) => resource.split('/').at(1) ?? ''),
  ),
]

function tableArn(name: string): string {
  return name.startsWith('arn:') ? name : arn('dynamodb', `table/${name}`)
}
