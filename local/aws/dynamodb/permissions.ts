import { z } from 'zod'
import { place } from '../../stack/names.ts'
import type { Needed } from '../iam/authorize.ts'

const single = z.object({ TableName: z.string(), IndexName: z.string().optional() })
const batch = z.object({ RequestItems: z.record(z.string(), z.unknown()) })
const target = z.object({ TableName: z.string() })
const transaction = z.object({ TransactItems: z.array(z.record(z.string(), target)) })

/** Operations on one table whose action has their own name. */
const onOneTable = new Set([
  'GetItem',
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'Query',
  'Scan',
  'DescribeTable',
])

/** The parts of a transaction, and the action that each needs. */
const transactActions: Readonly<Record<string, string>> = {
  Get: 'GetItem',
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
}

/**
 * What IAM asks of a DynamoDB call. Nothing for an operation that no function has any business with, such as
 * CreateTable: the template makes the tables.
 */
export function dynamodbPermissions(operation: string, body: Buffer): readonly Needed[] | undefined {
  const input: unknown = JSON.parse(body.toString())
  if (onOneTable.has(operation)) {
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

function tableArn(name: string): string {
  if (name.startsWith('arn:')) return name
  return `arn:${place.partition}:dynamodb:${place.region}:${place.account}:table/${name}`
}
