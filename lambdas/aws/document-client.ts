import {
  BatchGetItemCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand as QueryItemsCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import {
  BatchGetCommand,
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb'
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb'
import { currentRecord, type InvocationRecord } from '../log/record.ts'

type Members = Readonly<Record<string, unknown>>
type ItemCommand = typeof GetItemCommand

/** Maps each command on plain values that the stores send to the same command on DynamoDB's own values. */
const itemCommands = new Map<unknown, unknown>([
  [BatchGetCommand, BatchGetItemCommand],
  [DeleteCommand, DeleteItemCommand],
  [GetCommand, GetItemCommand],
  [PutCommand, PutItemCommand],
  [QueryCommand, QueryItemsCommand],
  [TransactWriteCommand, TransactWriteItemsCommand],
  [UpdateCommand, UpdateItemCommand],
])

/**
 * Sends the commands of lib-dynamodb through a client with `cacheMiddleware`. The library's own client refuses that
 * option, and builds the stack of middleware twice for each command.
 */
export function documentClient(client: DynamoDBClient): Pick<DynamoDBDocumentClient, 'send'> {
  const send = async (command: { readonly input: object }): Promise<unknown> => {
    // The commands differ only in their inputs and outputs.
    const Command = itemCommands.get(command.constructor) as ItemCommand | undefined
    if (!Command) throw new Error(`add ${command.constructor.name} to lambdas/aws/document-client.ts`)
    const record = currentRecord()
    const input = { ...convert(command.input, toItem), ReturnConsumedCapacity: 'TOTAL' }
    const output = await client.send(new Command(input as never))
    if (record) noteCapacity(record, command.constructor, output.ConsumedCapacity)
    return convert(output, toRow)
  }
  return { send } as Pick<DynamoDBDocumentClient, 'send'>
}

const reads: ReadonlySet<unknown> = new Set([BatchGetCommand, GetCommand, QueryCommand])

/**
 * `consumed` is a list if a call names several tables. A failed call also consumes capacity, but does not report this.
 */
function noteCapacity(
  { units }: InvocationRecord,
  command: unknown,
  consumed: Capacity | readonly Capacity[] | undefined,
): void {
  const kind = reads.has(command) ? 'read' : 'write'
  for (const { CapacityUnits = 0 } of [consumed ?? []].flat()) units[kind] += CapacityUnits
}

interface Capacity {
  readonly CapacityUnits?: number | undefined
}

const toItem = (row: never) => marshall(row, { removeUndefinedValues: true })
const toRow = (item: never) => unmarshall(item)

/** Members of inputs and outputs: each of `ROWS` holds one row or a map of values, each of `LISTS` a list of rows. */
const ROWS = new Set([
  'Item',
  'Key',
  'ExpressionAttributeValues',
  'ExclusiveStartKey',
  'Attributes',
  'LastEvaluatedKey',
])
const LISTS = new Set(['Items', 'Keys'])

/** Copies an input or output with its rows converted. */
function convert(members: object, row: (row: never) => unknown): Members {
  const converted: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(members)) converted[name] = convertMember(name, value, row)
  return converted
}

function convertMember(name: string, value: unknown, row: (row: never) => unknown): unknown {
  if (value === undefined || value === null) return value
  if (ROWS.has(name)) return row(value as never)
  if (LISTS.has(name)) return (value as never[]).map(row)
  switch (name) {
    case 'TransactItems':
      return (value as Record<string, object>[]).map((item) => mapValues(item, (part) => convert(part, row)))
    case 'RequestItems':
    case 'UnprocessedKeys':
      return mapValues(value as Record<string, object>, (table) => convert(table, row))
    case 'Responses':
      return mapValues(value as Record<string, never[]>, (rows) => rows.map(row))
    default:
      return value
  }
}

const mapValues = <From, To>(values: Readonly<Record<string, From>>, to: (value: From) => To) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, to(value)]))
