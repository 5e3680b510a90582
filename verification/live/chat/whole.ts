import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync, readFileSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { probePort } from '../../../local/network.ts'
import { readRuntimeFile } from '../../../local/runtime-file.ts'
import { chatTables } from '../../../local/targets.ts'
import { until } from '../waiting.ts'
import type { Place } from './chat.ts'
import type { Address } from './orders.ts'
import { scratchDirectory } from './scratch.ts'
import { tokensFor } from './tokens.ts'

const SECRET = 'the secret of a proof, long enough to sign with'
const START_WITHIN = 60_000

/** What `npm start` runs, on a data directory and a port that outlive it. */
export interface WholeSystem extends Place {
  /** Resolves when it answers. */
  start(): Promise<void>
  /** `kill -9` of everything: the process with its workers, and the database engine. */
  kill(): Promise<void>
  /** Where its database is now. */
  engine(): Pick<Address, 'databaseEndpoint' | 'tables'>
  remove(): Promise<void>
}

export async function wholeSystem(users: readonly string[]): Promise<WholeSystem> {
  const dataDir = scratchDirectory()
  const port = await probePort(0)
  const usersFile = path.join(dataDir, 'users.json')
  const profiles = users.map((id) => ({
    id,
    firstname: id,
    lastname: 'Proof',
    email: `${id}@example.org`,
    role: 'admin',
  }))
  writeFileSync(usersFile, JSON.stringify(profiles))
  const log = openSync(path.join(dataDir, 'chat.log'), 'a')
  const url = `http://localhost:${port}`
  let child: ChildProcess | undefined

  const killNow = () => {
    if (child?.pid === undefined) return
    // The engine has a group of its own. It dies first: nothing may tell it to end in good order.
    signal(pidIn(path.join(dataDir, 'engine.json')))
    signal(-child.pid)
  }
  const kill = async () => {
    const running = child && child.exitCode === null && child.signalCode === null
    const exited = running ? once(child as ChildProcess, 'exit') : undefined
    killNow()
    await exited
    child = undefined
  }
  process.prependOnceListener('exit', killNow)
  return {
    url,
    socketUrl: `ws://localhost:${port}/ws/chat`,
    token: tokensFor(SECRET),
    async start() {
      child = spawn(process.execPath, ['--import', 'tsx', 'local/start.ts'], {
        detached: true,
        stdio: ['ignore', log, log],
        env: {
          ...process.env,
          PORT: String(port),
          DATA_DIR: dataDir,
          JWT_SECRET: SECRET,
          USERS_FILE: usersFile,
        },
      })
      const answers = () =>
        fetch(`${url}/api/health`)
          .then(({ ok }) => ok)
          .catch(() => false)
      if (await until(answers, START_WITHIN)) return
      throw new Error(
        `the chat did not start: ${readFileSync(path.join(dataDir, 'chat.log'), 'utf8').slice(-2000)}`,
      )
    },
    kill,
    engine() {
      const file = readRuntimeFile(dataDir)
      if (!file) throw new Error('the chat does not run')
      return { databaseEndpoint: file.databaseEndpoint, tables: chatTables(file.outputs) }
    },
    async remove() {
      await kill()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

function pidIn(file: string): number | undefined {
  try {
    return Number((JSON.parse(readFileSync(file, 'utf8')) as { readonly pid: number }).pid)
  } catch {
    return undefined
  }
}

function signal(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(pid, 'SIGKILL')
  } catch {
    // It is gone already.
  }
}
