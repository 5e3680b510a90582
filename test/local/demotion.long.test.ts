import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { startRuntime } from '../../local/runtime.ts'
import { temporaryDirectory } from './temporary.ts'

interface Message {
  readonly body: string
  readonly sentAt: number
  readonly visibleAt: number
}

it('[REMOVED-1] a user who loses the role by the import at the start is dismissed, as by the command', async () => {
  const dataDir = temporaryDirectory()
  const ada = { id: 'ada', firstname: 'Ada', lastname: 'Lovelace', email: '' }
  const bob = { id: 'bob', firstname: 'Bob', lastname: '', email: '', role: 'user' }
  const queuedAfter = async (role: string) => {
    const runtime = await startRuntime({ dataDir, users: [{ ...ada, role }, bob], log: () => undefined })
    await runtime.stop()
    const lines = readFileSync(join(dataDir, 'queues.jsonl'), 'utf8').split('\n').filter(Boolean)
    const messages = lines.flatMap((line): readonly Message[] => JSON.parse(line).save ?? [])
    const dismissals = messages.filter(({ body }) => JSON.parse(body).task === 'dismiss')
    return dismissals.map(({ body, sentAt, visibleAt }) => [JSON.parse(body).user, visibleAt - sentAt])
  }
  expect(await queuedAfter('admin')).toEqual([])
  expect(await queuedAfter('user')).toEqual([
    ['ada', 5000],
    ['ada', 25_000],
  ])
}, 60_000)
