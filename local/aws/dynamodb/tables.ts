import {
  CreateTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  ResourceInUseException,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb'
import type { TableModel } from '../../stack/tables.ts'

/** Makes what the template defines and the engine lacks; a table that exists keeps what is in it. */
export async function createTables(client: DynamoDBClient, tables: readonly TableModel[]): Promise<void> {
  await Promise.all(tables.map((table) => createTable(client, table)))
}

async function createTable(client: DynamoDBClient, table: TableModel): Promise<void> {
  const { StreamSpecification, GlobalSecondaryIndexes, LocalSecondaryIndexes } = table
  try {
    await client.send(
      new CreateTableCommand({
        TableName: table.name,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [...table.AttributeDefinitions],
        KeySchema: [...table.KeySchema],
        ...(GlobalSecondaryIndexes && { GlobalSecondaryIndexes: GlobalSecondaryIndexes.map(withoutGaps) }),
        ...(LocalSecondaryIndexes && { LocalSecondaryIndexes: LocalSecondaryIndexes.map(withoutGaps) }),
        ...(StreamSpecification && { StreamSpecification: { ...StreamSpecification, StreamEnabled: true } }),
      }),
    )
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error
  }
  await waitUntilTableExists(
    { client, maxWaitTime: 10, minDelay: 0.02, maxDelay: 0.2 },
    { TableName: table.name },
  )
  await expireRows(client, table)
}

async function expireRows(
  client: DynamoDBClient,
  { name, TimeToLiveSpecification }: TableModel,
): Promise<void> {
  const attribute = TimeToLiveSpecification?.Enabled ? TimeToLiveSpecification.AttributeName : undefined
  if (attribute === undefined) return
  const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName: name }))
  // DynamoDB refuses to enable what is enabled.
  if (TimeToLiveDescription?.AttributeName === attribute) return
  await client.send(
    new UpdateTimeToLiveCommand({
      TableName: name,
      TimeToLiveSpecification: { AttributeName: attribute, Enabled: true },
    }),
  )
}

/** The SDK's types want a mutable list, present or absent but never undefined. */
function withoutGaps({ Projection, ...index }: NonNullable<TableModel['GlobalSecondaryIndexes']>[number]) {
  const { ProjectionType, NonKeyAttributes } = Projection
  return { ...index, Projection: { ProjectionType, ...(NonKeyAttributes && { NonKeyAttributes }) } }
}
