import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { paginateScan } from '@aws-sdk/lib-dynamodb'
import { writeAll } from '../../cli/admin/batch-write.ts'
import { openTarget, type Target } from '../../cli/target.ts'
import type { User } from '../../lambdas/model.ts'
import type { Row } from '../../lambdas/stores/table.ts'
import { startRuntime } from '../../local/runtime.ts'
import type { Frame } from './socket.ts'

/** A chat on this machine that no other test uses. */
export interface OwnChat {
  /** As the commands open it. */
  readonly target: Target
  /** Calls a REST route below `/api/admin/chat`; resolves with its `data`, or with the refusal. */
  call(user: string, method: string, path: string, body?: object): Promise<Frame>
  /** Deletes every row. */
  empty(): Promise<void>
  stop(): Promise<void>
}

export async function startOwnChat(users: readonly User[]): Promise<OwnChat> {
  const dataDir = await mkdtemp(join(tmpdir(), 'admin-chat-own-'))
  const runtime = await startRuntime({ dataDir, users, log: () => undefined })
  const target = await openIn(dataDir)
  return {
    target,
    async call(user, method, path, body) {
      const response = await fetch(`${runtime.url}/api/admin/chat${path}`, {
        method,
        headers: { 'content-type': 'application/json', authorization: `Bearer ${runtime.token(user, 1)}` },
        ...(body ? { body: JSON.stringify(body) } : {}),
      })
      const answer = (await response.json()) as Frame
      return answer['data'] ?? answer
    },
    async empty() {
      for (const table of Object.values(target.tables)) {
        const rows = await rowsIn(target, table)
        await writeAll(
          target,
          rows.map(({ pk, sk }) => ({ table, remove: { pk, sk } })),
        )
      }
    },
    async stop() {
      await runtime.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** Every row of a table. */
export async function rowsIn({ db }: Pick<Target, 'db'>, TableName: string): Promise<readonly Row[]> {
  const rows: Row[] = []
  for await (const { Items = [] } of paginateScan({ client: db }, { TableName, ConsistentRead: true })) {
    rows.push(...(Items as Row[]))
  }
  return rows
}

/** Opens the chat with this data directory, as the commands do. */
export async function openIn(dataDir: string): Promise<Target> {
  const before = process.env['DATA_DIR']
  process.env['DATA_DIR'] = dataDir
  const target = openTarget(undefined)
  if (before === undefined) delete process.env['DATA_DIR']
  else process.env['DATA_DIR'] = before
  return await target
}

/** The target, whose calls to the database fail from the one with this number on, as if the command had been killed. */
export function failingAfter<T extends Pick<Target, 'db'>>(target: T, calls: number): T {
  return withDatabase(target, (call, send) => {
    if (call > calls) throw new Error('killed')
    return send()
  })
}

/** The target, with something around each call to the database. Calls are counted from 1. */
export function withDatabase<T extends Pick<Target, 'db'>>(
  target: T,
  around: (call: number, send: () => Promise<unknown>, command: object) => unknown,
): T {
  let calls = 0
  const db = new Proxy(target.db, {
    get(real, name, receiver) {
      if (name !== 'send') return Reflect.get(real, name, receiver)
      return async (command: Parameters<typeof real.send>[0]) =>
        await around(++calls, () => real.send(command), command)
    },
  })
  return { ...target, db }
}
