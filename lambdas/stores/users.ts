import { GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb'
import type { Person } from '../../protocol/model.ts'
import { batchGet, queryRows, type Row, type Table, type TransactItem } from './table.ts'

export interface User extends Person {
  /** Only `admin` may chat. */
  readonly role: string
}

const profileKey = (id: string) => ({ pk: `USER#${id}`, sk: 'PROFILE' })
/** Every user once more in one partition, so that listing them is a query and never a scan. */
const rosterKey = (id: string) => ({ pk: 'ROSTER', sk: id })

export type UserStore = ReturnType<typeof userStore>

export function userStore(table: Table) {
  const { documents, tableName: TableName } = table
  return {
    async find(id: string): Promise<User | undefined> {
      const { Item } = await documents.send(
        new GetCommand({ TableName, Key: profileKey(id), ConsistentRead: true }),
      )
      return Item && toUser(Item)
    },

    /** A part of a transaction that fails it unless the user may chat when it commits. */
    insistOnAdmin(id: string): TransactItem {
      return {
        ConditionCheck: {
          TableName,
          Key: profileKey(id),
          ConditionExpression: '#role = :admin',
          ExpressionAttributeNames: { '#role': 'role' },
          ExpressionAttributeValues: { ':admin': 'admin' },
        },
      }
    },

    /** The users that exist among these, by id. */
    async findAll(ids: Iterable<string>): Promise<ReadonlyMap<string, User>> {
      const rows = await batchGet(table, [...new Set(ids)].map(profileKey))
      return new Map(rows.map((row) => [String(row['id']), toUser(row)]))
    },

    /** Adds users and updates those that exist; removes nobody. */
    async importUsers(users: readonly User[]): Promise<void> {
      for (const user of users) {
        const { id, firstname, lastname, email, role } = user
        const row = { id, firstname, lastname, email, role }
        await documents.send(
          new TransactWriteCommand({
            TransactItems: [profileKey(id), rosterKey(id)].map((key) => ({
              Put: { TableName, Item: { ...key, ...row } },
            })),
          }),
        )
      }
    },

    async listUsers(): Promise<readonly User[]> {
      const users: User[] = []
      for await (const row of queryRows(table, {
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': 'ROSTER' },
      })) {
        users.push(toUser(row))
      }
      return users
    },

    async removeUser(id: string): Promise<void> {
      await documents.send(
        new TransactWriteCommand({
          TransactItems: [profileKey(id), rosterKey(id)].map((Key) => ({ Delete: { TableName, Key } })),
        }),
      )
    },
  }
}

function toUser(row: Row): User {
  return {
    id: String(row['id']),
    firstname: String(row['firstname'] ?? ''),
    lastname: String(row['lastname'] ?? ''),
    email: String(row['email'] ?? ''),
    role: String(row['role'] ?? ''),
  }
}
