import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { BatchWriteCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { mockClient } from 'aws-sdk-client-mock'
import { describe, expect, it } from 'vitest'
import { writeAll } from '../../../cli/admin/batch-write.ts'

function aDatabase() {
  const db = DynamoDBDocumentClient.from(
    new DynamoDBClient({ region: 'eu-west-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } }),
  )
  return { db, calls: mockClient(db) }
}

const puts = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ table: 'users', put: { pk: `USER#${n}`, sk: 'PROFILE' } }))
const request = ({ put }: ReturnType<typeof puts>[number]) => ({ PutRequest: { Item: put } })

describe('writing rows in batches', () => {
  it('repeats the rows that DynamoDB did not process, and batches that it refused for their rate', async () => {
    const { db, calls } = aDatabase()
    const rows = puts(25)
    const unprocessed = { users: rows.slice(20).map(request) }
    const throttled = Object.assign(new Error(), { name: 'ThrottlingException' })
    calls
      .on(BatchWriteCommand)
      .rejectsOnce(throttled)
      .resolvesOnce({ UnprocessedItems: unprocessed })
      .resolves({ UnprocessedItems: {} })
    await writeAll({ db }, rows)
    const sent = calls.commandCalls(BatchWriteCommand).map(({ args }) => args[0].input.RequestItems)
    expect(sent).toEqual([{ users: rows.map(request) }, { users: rows.map(request) }, unprocessed])
  })

  it('sends at most 25 rows together, and fails with any other error', async () => {
    const { db, calls } = aDatabase()
    calls.on(BatchWriteCommand).resolves({})
    await writeAll({ db }, puts(60))
    const sizes = calls
      .commandCalls(BatchWriteCommand)
      .map(({ args }) => args[0].input.RequestItems?.['users']?.length)
    expect(sizes).toEqual([25, 25, 10])
    calls.on(BatchWriteCommand).rejects(Object.assign(new Error('denied'), { name: 'AccessDeniedException' }))
    await expect(writeAll({ db }, puts(1))).rejects.toThrow('denied')
  })
})
