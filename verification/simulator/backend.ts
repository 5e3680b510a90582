import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEngine } from '../../local/aws/dynamodb/engine.ts'
import { packagedEngine } from '../../local/aws/dynamodb/engine-choice.ts'
import { createEngineClient } from '../../local/aws/dynamodb/engine-client.ts'
import { createTables } from '../../local/aws/dynamodb/tables.ts'
import { rowFromWire, rowToWire } from './attribute-values.ts'
import { HttpPipeline } from './http-pipeline.ts'

export type Input = Readonly<Record<string, unknown>>
export type Output = Record<string, unknown>

/**
 * The real engine. A run makes so many calls that they bypass the SDK's HTTP client; test/lambdas/stores covers
 * that path.
 */
export interface Database {
  execute(operation: string, input: Input): Promise<Output>
}

export interface Backend extends Database {
  stop(): Promise<void>
}

/** Several pipelines, so that the engine works on the calls of one while another transfers data. */
const PIPELINES = 3

export const tableNames = {
  connections: 'connections',
  conversations: 'conversations',
  invitations: 'invitations',
  users: 'users',
} as const

export async function startBackend(): Promise<Backend> {
  const file = packagedEngine()
  if (file === undefined) throw new Error('the embedded engine is not available for this platform')
  const folder = await mkdtemp(join(tmpdir(), 'admin-chat-faults-'))
  const engine = await startEngine(file, folder, 'memory')
  const client = createEngineClient(engine.endpoint)
  const key = (AttributeName: 'pk' | 'sk') => ({ AttributeName, AttributeType: 'S' as const })
  await createTables(
    client,
    Object.values(tableNames).map((name) => ({
      id: name,
      name,
      AttributeDefinitions: [key('pk'), key('sk')],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' as const },
        { AttributeName: 'sk', KeyType: 'RANGE' as const },
      ],
    })),
  )
  client.destroy()
  const { hostname, port } = new URL(engine.endpoint)
  const pipelines = Array.from({ length: PIPELINES }, () => new HttpPipeline(hostname, Number(port)))
  let next = 0
  return {
    execute: async (operation, input) => {
      const headers = `${commonHeaders}\r\nx-amz-target: DynamoDB_20120810.${operation}`
      const pipeline = pipelines[next++ % PIPELINES]
      if (!pipeline) throw new Error('there is no pipeline')
      const { status, body } = await pipeline.post(headers, JSON.stringify(convert(input, rowToWire)))
      const output = JSON.parse(body) as Input
      if (status !== 200) throw toError(output)
      return convert(output, (row) => rowFromWire(row as Record<string, Input>))
    },
    stop: async () => {
      for (const pipeline of pipelines) pipeline.close()
      await engine.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** The engine requires a signature but does not verify it. */
const commonHeaders = [
  'content-type: application/x-amz-json-1.0',
  'x-amz-date: 20260101T000000Z',
  'authorization: AWS4-HMAC-SHA256 Credential=local/20260101/eu-west-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
].join('\r\n')

/** Isolates a run with a prefix on every partition key, so that runs can share the engine's tables. */
export function partOf(backend: Database, name: string): Database {
  const addPrefix = (row: Input): Input =>
    mapNames(row, (key, value) => (key === 'pk' || key === ':pk' ? `${name}|${value}` : value))
  const removePrefix = (row: Input): Input =>
    mapNames(row, (key, value) => (key === 'pk' ? String(value).slice(name.length + 1) : value))
  return {
    execute: async (operation, input) =>
      convert(await backend.execute(operation, convert(input, addPrefix)), removePrefix),
  }
}

const mapNames = (row: Input, map: (name: string, value: unknown) => unknown): Input =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, map(name, value)]))

/** Fields of commands and answers that hold attributes, at any depth. */
const rowFields = new Set([
  'Item',
  'Key',
  'ExclusiveStartKey',
  'ExpressionAttributeValues',
  'Attributes',
  'LastEvaluatedKey',
])
const rowListFields = new Set(['Items', 'Keys'])

function convert(value: Input, row: (row: Input) => Input): Output {
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => {
      if (rowFields.has(name)) return [name, row(part as Input)]
      if (rowListFields.has(name)) return [name, (part as Input[]).map(row)]
      if (name === 'Responses') {
        return [
          name,
          Object.fromEntries(Object.entries(part as Input).map(([t, r]) => [t, (r as Input[]).map(row)])),
        ]
      }
      if (Array.isArray(part)) return [name, part.map((item) => (isPlain(item) ? convert(item, row) : item))]
      return [name, isPlain(part) ? convert(part, row) : part]
    }),
  )
}

const isPlain = (value: unknown): value is Input =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Builds an error like the SDK's, identified by `name`. An item that is attached to the error is not converted. */
function toError(body: Input): Error {
  const { __type, message, ...rest } = body
  return Object.assign(new Error(String(message)), rest, {
    name: String(__type).split('#').at(-1) ?? 'Error',
  })
}
