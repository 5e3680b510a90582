import { IF_EXISTS, type Row, update } from '../../../lambdas/stores/table.ts'
import type { Target } from '../../target.ts'
import { writeAll } from '../batch-write.ts'
import { scanPages } from '../scan.ts'

type Tables = Pick<Target, 'db' | 'tables'>

const keyOf = ({ pk, sk }: Row) => ({ pk, sk })

/**
 * Removes the copies of a profile that remain if it was deleted from the table by hand. The row that marks the id of a
 * removed user stays.
 */
export async function eraseProfile(target: Tables, id: string): Promise<void> {
  const table = target.tables.users
  for await (const rows of scanPages(target, {
    TableName: table,
    FilterExpression: 'id = :id AND sk <> :removed',
    ExpressionAttributeValues: { ':id': id, ':removed': 'REMOVED' },
    ProjectionExpression: 'pk, sk',
  })) {
    await writeAll(
      target,
      rows.map((row) => ({ table, remove: keyOf(row) })),
    )
  }
}

/**
 * Removes the texts of the invitations that a user has sent, the rows that count the user's invitations, and the rows
 * that hold the `client_request_id` of a call. The lists of open invitations stay until the invitations are withdrawn.
 * Resolves with the number of texts.
 */
export async function eraseInvitations(target: Tables, id: string): Promise<number> {
  const table = target.tables.invitations
  let texts = 0
  for await (const rows of scanPages(target, {
    TableName: table,
    FilterExpression:
      '(#from = :id AND begins_with(pk, :invitation) AND size(message) > :zero) OR ' +
      '(pk = :user AND (begins_with(sk, :request) OR sk = :sent OR begins_with(sk, :sentTo)))',
    ExpressionAttributeNames: { '#from': 'from' },
    ExpressionAttributeValues: {
      ':id': id,
      ':invitation': 'INV#',
      ':zero': 0,
      ':user': `USER#${id}`,
      ':request': 'REQUEST#',
      ':sent': 'SENT',
      ':sentTo': 'SENTTO#',
    },
    ProjectionExpression: 'pk, sk',
  })) {
    const isInvitation = ({ sk }: Row) => sk === 'INV'
    for (const row of rows.filter(isInvitation)) {
      const emptied = await update(
        { db: target.db, tableName: table },
        {
          Key: keyOf(row),
          UpdateExpression: 'SET message = :none',
          ...IF_EXISTS,
          ExpressionAttributeValues: { ':none': '' },
        },
      )
      if (emptied) texts++
    }
    const others = rows.filter((row) => !isInvitation(row))
    await writeAll(
      target,
      others.map((row) => ({ table, remove: keyOf(row) })),
    )
  }
  return texts
}

/** Removes the time when the user was last seen, and the number of messages that the user has sent. */
export async function eraseConnections(target: Tables, id: string): Promise<void> {
  const table = target.tables.connections
  const keys = ['PRESENCE', 'SENT'].map((sk) => ({ pk: `USER#${id}`, sk }))
  await writeAll(
    target,
    keys.map((remove) => ({ table, remove })),
  )
}
