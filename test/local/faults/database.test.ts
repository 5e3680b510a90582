import { createServer } from 'node:http'
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb'
import { describe, expect, it, onTestFinished } from 'vitest'
import { faultyDatabase } from '../../../local/faults/database.ts'
import { parseFaults } from '../../../local/faults/options.ts'
import { createDice } from '../../../local/faults/random.ts'
import { listen } from '../../../local/network.ts'

/** An engine that records the calls it receives, behind these faults. */
async function startDatabase(database: object) {
  const asked: Record<string, unknown>[] = []
  const engine = createServer(async (request, response) => {
    asked.push(JSON.parse((await request.toArray()).join('')))
    response.setHeader('content-type', 'application/x-amz-json-1.0').end('{"Item":{"pk":{"S":"é"}}}')
  })
  const engineEndpoint = `http://127.0.0.1:${await listen(engine, 0, '127.0.0.1')}`
  const dice = createDice(1)
  const faulty = await faultyDatabase(engineEndpoint, parseFaults({ database }).database, dice)
  const client = new DynamoDBClient({
    endpoint: faulty.endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'tests', secretAccessKey: 'tests' },
    maxAttempts: 1,
  })
  onTestFinished(async () => {
    client.destroy()
    await faulty.close()
    engine.closeAllConnections()
    engine.close()
  })
  return { asked, engineEndpoint, endpoint: faulty.endpoint, dice, send: client.send.bind(client) }
}

const TableName = 'T'
const key = (id: string) => ({ pk: { S: id } })
const put = new PutItemCommand({ TableName, Item: key('a') })
const get = (ConsistentRead: boolean) => new GetItemCommand({ TableName, Key: key('a'), ConsistentRead })
const query = (ConsistentRead: boolean) =>
  new QueryCommand({ TableName, KeyConditionExpression: 'pk = :a', ConsistentRead })
const transaction = new TransactWriteItemsCommand({
  TransactItems: [{ Put: { TableName, Item: key('a') } }, { Put: { TableName, Item: key('b') } }],
})
const writes = (...ids: readonly string[]) =>
  new BatchWriteItemCommand({
    RequestItems: { [TableName]: ids.map((id) => ({ DeleteRequest: { Key: key(id) } })) },
  })

describe('a database with faults', () => {
  it("is the engine's own endpoint while no fault is on", async () => {
    const { endpoint, engineEndpoint } = await startDatabase({})
    expect(endpoint).toBe(engineEndpoint)
  })

  it('passes on calls that no fault strikes', async () => {
    const { send, asked } = await startDatabase({ partialBatch: 1 })
    expect((await send(get(true))).Item).toEqual(key('é'))
    expect(asked).toEqual([{ TableName, Key: key('a'), ConsistentRead: true }])
  })

  it.each([
    ['errorBefore', put, 'InternalServerError', 0],
    ['errorAfter', put, 'InternalServerError', 1],
    ['throttled', put, 'ProvisionedThroughputExceededException', 0],
    ['transactionConflict', transaction, 'TransactionCanceledException', 0],
  ])(
    '%s: the call fails with the right error, before or after it is applied',
    async (fault, command, name, applied) => {
      const { send, asked, dice } = await startDatabase({ [fault]: 1 })
      await expect(send(command as typeof put)).rejects.toMatchObject({ name })
      expect(asked).toHaveLength(applied)
      expect(dice.strikes()).toEqual({ [`database.${fault}`]: 1 })
    },
  )

  it('names the item of a transaction that conflicts', async () => {
    const { send } = await startDatabase({ transactionConflict: 1 })
    const error: unknown = await send(transaction).catch((problem: unknown) => problem)
    expect(error).toBeInstanceOf(TransactionCanceledException)
    expect(error).toMatchObject({
      CancellationReasons: [{ Code: 'TransactionConflict' }, { Code: 'None' }],
    })
  })

  it('keeps the responses of reads, and cancels only transactions', async () => {
    const { send } = await startDatabase({ errorAfter: 1, transactionConflict: 1 })
    await expect(send(get(true))).resolves.toBeDefined()
  })

  it('is stale for eventually consistent reads only', async () => {
    const { send, asked } = await startDatabase({ stale: 1 })
    expect((await send(get(false))).Item).toBeUndefined()
    expect(await send(query(false))).toMatchObject({ Items: [], Count: 0 })
    const many = (ConsistentRead: boolean) =>
      new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: [key('a')], ConsistentRead } } })
    expect((await send(many(false))).Responses).toEqual({ [TableName]: [] })
    expect(asked).toHaveLength(0)
    expect((await send(get(true))).Item).toEqual(key('é'))
    await send(query(true))
    await send(many(true))
    expect(asked).toHaveLength(3)
  })

  it('returns one item per page of a query', async () => {
    const { send, asked } = await startDatabase({ onePage: true })
    await send(query(true))
    await send(put)
    expect(asked.map(({ Limit }) => Limit)).toEqual([1, undefined])
  })

  it('leaves the second half of a batch unprocessed, but never a single item', async () => {
    const { send, asked } = await startDatabase({ partialBatch: 1 })
    const { UnprocessedItems } = await send(writes('a', 'b', 'c'))
    expect(asked[0]).toMatchObject({
      RequestItems: { T: [{ DeleteRequest: { Key: key('a') } }, { DeleteRequest: { Key: key('b') } }] },
    })
    expect(UnprocessedItems).toEqual({ T: [{ DeleteRequest: { Key: key('c') } }] })
    expect((await send(writes('c'))).UnprocessedItems).toBeUndefined()

    const spec = { ProjectionExpression: 'pk', ConsistentRead: true }
    const { UnprocessedKeys } = await send(
      new BatchGetItemCommand({ RequestItems: { T: { ...spec, Keys: [key('a'), key('b')] } } }),
    )
    expect(asked.at(-1)).toEqual({ RequestItems: { T: { ...spec, Keys: [key('a')] } } })
    expect(UnprocessedKeys).toEqual({ T: { ...spec, Keys: [key('b')] } })
  })

  it('behaves the same for the same seed', async () => {
    const run = async (): Promise<Readonly<Record<string, number>>> => {
      const { send, asked, dice } = await startDatabase({ errorBefore: 0.2, errorAfter: 0.2 })
      for (let index = 0; index < 50; index += 1) await send(put).catch(() => undefined)
      return { ...dice.strikes(), applied: asked.length }
    }
    const first = await run()
    expect(await run()).toEqual(first)
    expect(first['applied']).toBeLessThan(50)
    expect(first['database.errorAfter']).toBeGreaterThan(0)
  })
})
