import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { concurrently } from '../../lambdas/async.ts'
import { probePort } from '../../local/network.ts'
import { signToken } from '../../local/tokens.ts'
import { connect } from '../compare/peer.ts'
import { usageOf } from '../compare/process.ts'
import { chatProtocol } from '../compare/protocols.ts'
import type { Rooms, Server } from '../compare/systems.ts'

const USERS = 240
const JWT_SECRET = 'the secret of a benchmark, longer than 32 bytes'
/** How long to wait after the start before the memory is measured. */
const SETTLING_MS = 15_000

export interface Laptop extends Server {
  /** Time until the health check was answered. */
  readonly readyMs: number
  /** Memory before the first request of a user. */
  readonly idleMb: number
  readonly dataDir: string
  /** The id of the conversation of each room. */
  readonly conversations: ReadonlyMap<string, string>
  /** Stops the laptop, and starts it again with the same data. Resolves with the memory after the start. */
  restart(): Promise<number>
}

/** Runs `npm start` of a checkout with an empty database, and creates the rooms over REST. */
export async function startLaptop(checkout: string, rooms: Rooms): Promise<Laptop> {
  const dataDir = mkdtempSync(join(tmpdir(), 'admin-chat-bench-'))
  const ids = Array.from({ length: USERS }, (_, n) => `u${n}`)
  const usersFile = join(dataDir, 'users.json')
  const users = ids.map((id) => ({ id, firstname: id, lastname: 'Bench', email: '', role: 'admin' }))
  writeFileSync(usersFile, JSON.stringify(users))
  const port = await probePort(0)
  const url = `http://localhost:${port}`
  const settings = { PORT: String(port), DATA_DIR: dataDir, USERS_FILE: usersFile, JWT_SECRET }
  let running: Awaited<ReturnType<typeof launch>> | undefined
  const stop = async () => {
    await running?.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
  try {
    const first = await launch(checkout, url, settings)
    running = first
    const tokens = Object.fromEntries(ids.map((id) => [id, signToken(JWT_SECRET, id, 1)]))
    const conversations = new Map<string, string>()
    await concurrently(Object.entries(rooms), 5, async ([name, { users }]) => {
      const [from = '', to = ''] = users
      const { invitation_id } = await call(url, tokens[from], 'POST', 'invitations', { to_user_id: to })
      const answer = { action: 'accept' }
      const accepted = await call(url, tokens[to], 'PUT', `invitations/${invitation_id}/respond`, answer)
      conversations.set(name, accepted['conversation_id'] ?? '')
    })
    return {
      ...first,
      dataDir,
      conversations,
      connect: (user, room = '') => connect(chatProtocol({ url, tokens }, user, conversations.get(room))),
      async restart() {
        await running?.stop()
        running = undefined
        running = await launch(checkout, url, settings)
        return running.idleMb
      },
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Starts a process and resolves once its memory has settled. */
async function launch(checkout: string, url: string, settings: Readonly<Record<string, string>>) {
  const began = performance.now()
  const child = spawn(process.execPath, ['local/main.cjs'], {
    cwd: checkout,
    env: { ...process.env, ...settings },
    stdio: 'ignore',
  })
  const stop = async () => {
    child.kill('SIGTERM')
    if (child.exitCode === null) await once(child, 'exit')
  }
  while (!(await isHealthy(url))) {
    if (child.exitCode !== null) throw new Error(`npm start in ${checkout} ended with ${child.exitCode}`)
    await delay(20)
  }
  const readyMs = performance.now() - began
  await delay(SETTLING_MS)
  const usage = usageOf(child.pid as number)
  return { ...usage, readyMs, idleMb: usage.memoryMb(), stop }
}

async function isHealthy(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/api/health`)).ok
  } catch {
    return false
  }
}

async function call(url: string, token = '', method: string, path: string, body: object) {
  const response = await fetch(`${url}/api/admin/chat/${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const { data, message } = (await response.json()) as { data: Record<string, string>; message?: string }
  if (!response.ok) throw new Error(`${method} ${path}: ${message}`)
  return data
}
