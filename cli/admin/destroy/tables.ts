import {
  type BackupSummary,
  DeleteBackupCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  ListBackupsCommand,
  paginateListTables,
  ResourceInUseException,
  ResourceNotFoundException,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb'
import { TargetError } from '../../target.ts'
import { costOf, generatedName, type Pause, type Place, PRICES, type Remain, sizeText } from './remains.ts'

/**
 * Matches the tables of a stack, and tables restored from them, if the name of the restored table begins with that of
 * the original.
 */
const tableName = (stack: string) => generatedName(stack, 'Tables[A-Za-z]+')

/** The tables of a stack, whether or not the stack still exists. */
export const tables = (client: DynamoDBClient, stack: string, pause: Pause): Place => ({
  lookedFor: `tables named ${stack}-Tables…`,
  async find() {
    const names: string[] = []
    for await (const { TableNames = [] } of paginateListTables({ client }, {})) names.push(...TableNames)
    const own = names.filter((name) => tableName(stack).test(name))
    const found = await Promise.all(own.map((name) => tableRemain(client, name, pause)))
    return found.filter((remain) => remain !== undefined)
  },
})

/** Undefined if the table is gone; DynamoDB may still list it for a moment. */
async function tableRemain(client: DynamoDBClient, name: string, pause: Pause): Promise<Remain | undefined> {
  const table = await describeTable(client, name)
  if (table === undefined) return undefined
  const { TableSizeBytes = 0, ItemCount = 0, DeletionProtectionEnabled } = table
  return {
    kind: 'table',
    name,
    detail: `about ${ItemCount} rows, ${sizeText(TableSizeBytes)}`,
    dollarsPerMonth: costOf(TableSizeBytes, PRICES.table),
    async remove() {
      if (DeletionProtectionEnabled) {
        await client.send(new UpdateTableCommand({ TableName: name, DeletionProtectionEnabled: false }))
      }
      await removeTable(client, name, pause)
    },
  }
}

async function describeTable(client: DynamoDBClient, TableName: string) {
  try {
    return (await client.send(new DescribeTableCommand({ TableName }))).Table
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined
    throw error
  }
}

const PAUSE_MS = 2_000
const ATTEMPTS = 300

/** Resolves once the table is gone. While a table is updated or deleted, DynamoDB refuses to delete it. */
async function removeTable(client: DynamoDBClient, TableName: string, pause: Pause): Promise<void> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    try {
      await client.send(new DeleteTableCommand({ TableName }))
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return
      if (!(error instanceof ResourceInUseException)) throw error
    }
    await pause(PAUSE_MS)
  }
  throw new TargetError(`DynamoDB has not deleted the table ${TableName} yet. Run the command again later.`)
}

/** The backups of a stack's tables. DynamoDB itself makes a backup of each table that is deleted. */
export const tableBackups = (client: DynamoDBClient, stack: string): Place => ({
  lookedFor: 'backups of these tables that DynamoDB does not delete automatically',
  async find() {
    const found: BackupSummary[] = []
    let ExclusiveStartBackupArn: string | undefined
    do {
      const page = await client.send(new ListBackupsCommand({ BackupType: 'ALL', ExclusiveStartBackupArn }))
      found.push(...(page.BackupSummaries ?? []))
      ExclusiveStartBackupArn = page.LastEvaluatedBackupArn
    } while (ExclusiveStartBackupArn !== undefined)
    return found
      .filter(
        ({ TableName = '', BackupStatus }) => tableName(stack).test(TableName) && BackupStatus !== 'DELETED',
      )
      .map((backup) => backupRemain(client, backup))
  },
})

function backupRemain(client: DynamoDBClient, backup: BackupSummary): Remain {
  const { BackupArn, BackupName = '', BackupType, BackupExpiryDateTime, BackupSizeBytes = 0 } = backup
  const remain = { kind: 'backup', name: BackupName, detail: sizeText(BackupSizeBytes), dollarsPerMonth: 0 }
  if (BackupType === 'SYSTEM') {
    const until = BackupExpiryDateTime?.toISOString().slice(0, 10)
    return {
      ...remain,
      detail: `DynamoDB deletes it ${until === undefined ? 'after 35 days' : `on ${until}`}`,
    }
  }
  return {
    ...remain,
    dollarsPerMonth: costOf(BackupSizeBytes, PRICES.tableBackup),
    async remove() {
      await client.send(new DeleteBackupCommand({ BackupArn }))
    },
  }
}
