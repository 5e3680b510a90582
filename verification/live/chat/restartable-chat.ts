import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync, readFileSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { probePort } from '../../../local/network.ts'
import { readRuntimeFile } from '../../../local/runtime-file.ts'
import { chatTables } from '../../../local/targets.ts'
import { until } from '../async.ts'
import { profilesOf } from './profiles.ts'
import { scratchDirectory } from './scratch-directory.ts'
import { tokensFor } from './tokens.ts'

const SECRET = 'the secret of a proof, long enough to sign with'
const START_TIMEOUT_MS = 60_000

export type RestartableChat = Awaited<ReturnType<typeof restartableChat>>

/** Creates what `npm start` runs, with a data directory and a port that survive restarts. */
export async function restartableChat(users: readonly string[]) {
  const dataDir = scratchDirectory()
  const port = await probePort(0)
  const usersFile = path.join(dataDir, 'users.json')
  writeFileSync(usersFile, JSON.stringify(profilesOf(users)))
  const log = openSync(path.join(dataDir, 'chat.log'), 'a')
  const url = `http://localhost:${port}`
  let child: ChildProcess | undefined

  const killNow = () => {
    if (child?.pid === undefined) return
    // The engine has its own process group. It is killed first, so that the chat cannot shut it down cleanly.
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
    /** Resolves once the chat answers. */
    async start(): Promise<void> {
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
      if (await until(answers, START_TIMEOUT_MS)) return
      throw new Error(
        `the chat did not start: ${readFileSync(path.join(dataDir, 'chat.log'), 'utf8').slice(-2000)}`,
      )
    },
    /** Kills the process with its workers and the database engine by `SIGKILL`. */
    kill,
    /** Returns where the database currently is. */
    database() {
      const file = readRuntimeFile(dataDir)
      if (!file) throw new Error('the chat is not running')
      return { databaseEndpoint: file.databaseEndpoint, tables: chatTables(file.outputs) }
    },
    async remove(): Promise<void> {
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
    // The process has exited already.
  }
}
