import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DescribeTimeToLiveCommand, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { describe, expect, it, onTestFinished } from 'vitest'
import { connectEngine, startEngine } from '../../../../local/aws/dynamodb/engine.ts'
import { packagedEngine } from '../../../../local/aws/dynamodb/engine-choice.ts'
import { createEngineClient } from '../../../../local/aws/dynamodb/engine-client.ts'
import { createTables } from '../../../../local/aws/dynamodb/tables.ts'
import { stillRunning } from '../../../../local/processes.ts'
import type { TableModel } from '../../../../local/stack/tables.ts'
import { temporaryDirectory } from '../../temporary.ts'

const table: TableModel = {
  name: 'Rooms',
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
  ],
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  TimeToLiveSpecification: { AttributeName: 'expires_at', Enabled: true },
}
const Item = { pk: { S: 'a' }, sk: { S: 'b' } }

const file = packagedEngine()

describe.runIf(file !== undefined)('the embedded engine', () => {
  const start = async (directory: string) => {
    const engine = await startEngine(file ?? '', directory)
    onTestFinished(() => engine.stop())
    const client = createEngineClient(engine.endpoint)
    onTestFinished(() => client.destroy())
    return { engine, client }
  }
  const pidOf = (directory: string): number =>
    JSON.parse(readFileSync(join(directory, 'engine.json'), 'utf8')).pid

  it('keeps rows across a restart, and creating the tables again changes nothing', async () => {
    const directory = temporaryDirectory()
    const first = await start(directory)
    await createTables(first.client, [table])
    await first.client.send(new PutItemCommand({ TableName: 'Rooms', Item }))
    await first.engine.stop()

    const { client } = await start(directory)
    await createTables(client, [table])
    expect((await client.send(new GetItemCommand({ TableName: 'Rooms', Key: Item }))).Item).toEqual(Item)
    const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName: 'Rooms' }))
    expect(TimeToLiveDescription).toMatchObject({ AttributeName: 'expires_at', TimeToLiveStatus: 'ENABLED' })
  })

  it('gets another port if another program has just taken the first one', async () => {
    const directory = temporaryDirectory()
    const refused = join(directory, 'refused')
    const unlucky = join(directory, 'engine.sh')
    const script = `[ -e "${refused}" ] && exec "${file}" "$@"
      touch "${refused}"
      echo "error: port 8000 is already in use" >&2
      exit 1`
    writeFileSync(unlucky, `#!/bin/sh\n${script}\n`, { mode: 0o700 })
    const engine = await startEngine(unlucky, directory)
    onTestFinished(() => engine.stop())
    expect(existsSync(refused)).toBe(true)
  })

  it('reports the reason when it exits unexpectedly', async () => {
    const directory = temporaryDirectory()
    const { engine } = await start(directory)
    process.kill(pidOf(directory), 'SIGKILL')
    expect(await engine.died).toMatch(/ended unexpectedly \(SIGKILL\)/)
  })

  it('is stopped if it was left over from a crash, before another one opens its file', async () => {
    const directory = temporaryDirectory()
    const leftover = await start(directory)
    const processFile = join(directory, 'leftover.json')
    writeFileSync(processFile, readFileSync(join(directory, 'engine.json')))
    await start(directory)
    expect(stillRunning(processFile)).toBeUndefined()
    expect(await leftover.engine.died).toContain('ended unexpectedly')
  })

  it('fails to start if it cannot open its file', async () => {
    await expect(startEngine(file ?? '', '/nowhere/at/all')).rejects.toThrow()
  })

  it('is used at its endpoint when it already runs', async () => {
    const { engine } = await start(temporaryDirectory())
    expect((await connectEngine(engine.endpoint)).endpoint).toBe(engine.endpoint)
  })
})
