import type { ListedInvitation } from '../model.ts'
import { toListed } from './invitation-rows.ts'
import { allRows, queryRows, type Row, type Table } from './table.ts'

/** An invitation in the list of the invited user. */
export interface ReceivedInvitation {
  readonly id: string
  /** Its place in the list. */
  readonly position: string
}

const RECEIVED = 'RECEIVED'
/** Sorts after every position. */
const HIGHEST = '~'

/**
 * Up to `limit` invitations after a position, newest first. Those that an older version listed by their id come last.
 */
export async function readReceived(
  table: Table,
  user: string,
  limit: number,
  after = HIGHEST,
): Promise<readonly ReceivedInvitation[]> {
  const rows: Row[] = []
  for await (const row of queryRows(table, {
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :lowest AND :highest',
    ExpressionAttributeValues: {
      ':pk': `USER#${user}`,
      ':lowest': RECEIVED,
      ':highest': RECEIVED + after,
    },
    ScanIndexForward: false,
    // The range includes the position itself.
    Limit: limit + 1,
  })) {
    if (row['sk'] !== RECEIVED + after) rows.push(row)
    if (rows.length === limit) break
  }
  return rows.map(({ id, sk }) => ({ id: String(id), position: String(sk).slice(RECEIVED.length) }))
}

/** Every invitation that a user has received and that has not ended. */
export async function readAllReceived(
  table: Table,
  user: string,
  lifetimeDays: number,
): Promise<readonly ListedInvitation[]> {
  return (await allRows(table, `USER#${user}`, RECEIVED)).map((row) => toListed(row, lifetimeDays))
}
