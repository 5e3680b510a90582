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
import type { CallEngine } from '../../../local/aws/dynamodb/engine-calls.ts'
import { createSecretStore } from '../../../local/aws/secrets/secrets.ts'
import { startAwsServer } from '../../../local/aws/server.ts'
import { faultyDatabase } from '../../../local/faults/database.ts'
import { parseFaults } from '../../../local/faults/options.ts'
import { createDice } from '../../../local/faults/random.ts'
import { allow, anIdentity, region } from '../aws/support.ts'

const unused = () => Promise.reject(new Error('unused'))

/** An engine that records the calls it receives, behind these faults, and a client of the laptop's AWS. */
async function startDatabase(database: object) {
  const asked: Record<string, unknown>[] = []
  const engine: CallEngine = async (_operation, body) => {
    asked.push(JSON.parse(body.toString()))
    return { status: 200, body: Buffer.from('{"Item":{"pk":{"S":"é"}}}') }
  }
  const dice = createDice(1)
  const faulty = faultyDatabase(engine, parseFaults({ database }).database, dice)
  const identity = anIdentity([allow('*', '*')])
  const aws = await startAwsServer({
    functions: new Map(),
    identities: [identity],
    api: { apiId: 'api1', stage: 'prod' },
    connections: { post: unused, get: unused, delete: unused },
    secret: createSecretStore('arn:aws:secretsmanager:x:1:secret:Key-abcdef', 'unused'),
    queues: { byUrl: () => undefined },
    callEngine: faulty,
    warn: () => undefined,
  })
  const client = new DynamoDBClient({
    endpoint: aws.endpoint,
    region,
    credentials: identity.credentials,
    maxAttempts: 1,
  })
  onTestFinished(async () => {
    client.destroy()
    await aws.close()
  })
  return { asked, engine, faulty, dice, send: client.send.bind(client) }
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
  it('is the engine itself while no fault is on', async () => {
    const { faulty, engine } = await startDatabase({})
    expect(faulty).toBe(engine)
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
