import {
  CreateTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  ResourceInUseException,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb'
import type { TableModel } from '../../stack/tables.ts'

/** Creates the tables of the template that do not exist yet. Existing tables keep their rows. */
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
        ...(GlobalSecondaryIndexes && { GlobalSecondaryIndexes: GlobalSecondaryIndexes.map(toSdkIndex) }),
        ...(LocalSecondaryIndexes && { LocalSecondaryIndexes: LocalSecondaryIndexes.map(toSdkIndex) }),
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
  await enableTimeToLive(client, table)
}

async function enableTimeToLive(
  client: DynamoDBClient,
  { name, TimeToLiveSpecification }: TableModel,
): Promise<void> {
  const attribute = TimeToLiveSpecification?.Enabled ? TimeToLiveSpecification.AttributeName : undefined
  if (attribute === undefined) return
  const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName: name }))
  // DynamoDB refuses to enable time to live twice.
  if (TimeToLiveDescription?.AttributeName === attribute) return
  await client.send(
    new UpdateTimeToLiveCommand({
      TableName: name,
      TimeToLiveSpecification: { AttributeName: attribute, Enabled: true },
    }),
  )
}

/** The SDK's types require a mutable list, and do not allow the property to be `undefined`. */
function toSdkIndex({ Projection, ...index }: NonNullable<TableModel['GlobalSecondaryIndexes']>[number]) {
  const { ProjectionType, NonKeyAttributes } = Projection
  return { ...index, Projection: { ProjectionType, ...(NonKeyAttributes && { NonKeyAttributes }) } }
}
