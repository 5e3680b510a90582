import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { probePort } from '../../network.ts'
import { recordOf, stillRunning } from '../../processes.ts'
import { StartError } from '../../start-error.ts'
import { damageOf } from './damage.ts'
import { chooseEngine, packagedEngine, thisPlatform } from './engine-choice.ts'

export interface Engine {
  readonly endpoint: string
  /** Resolves with an explanation if the engine exits without having been stopped. */
  readonly died: Promise<string>
  stop(): Promise<void>
}

const START_TIMEOUT_MS = 8_000
const STOP_TIMEOUT_MS = 3_000

/** Starts the engine available on this machine, or connects to the given endpoint. */
export async function startDatabase(dataDir: string, endpoint: string | undefined): Promise<Engine> {
  const searchPath = process.env['PATH'] ?? ''
  const choice = chooseEngine({ endpoint, searchPath, packaged: packagedEngine(), platform: thisPlatform })
  return choice.kind === 'url' ? connectEngine(choice.endpoint) : startEngine(choice.file, dataDir)
}

/** Connects to an engine that is already running. */
export async function connectEngine(endpoint: string): Promise<Engine> {
  await waitUntilReady(endpoint, () => undefined)
  return { endpoint, died: new Promise(() => undefined), stop: async () => undefined }
}

/** Where the embedded engine stores the tables. */
export const databaseFile = (dataDir: string) => path.join(dataDir, 'dynamodb.sqlite')

/**
 * Starts the embedded engine and resolves once it responds. Its process is recorded in `dataDir`. With `memory` the tables
 * are lost when the engine exits.
 */
export async function startEngine(
  file: string,
  dataDir: string,
  storage: 'file' | 'memory' = 'file',
): Promise<Engine> {
  const processFile = path.join(dataDir, 'engine.json')
  await stopLeftover(processFile)
  const port = await probePort(0)
  const database = storage === 'file' ? ['--db-path', databaseFile(dataDir)] : []
  const child = spawnTethered(file, ['serve', '--host', '127.0.0.1', '--port', String(port), ...database])
  let stderr = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString()).slice(-2_000)
  })
  let stopping = false
  let exit: string | undefined
  const died = new Promise<string>((resolve) => {
    const onExit = (how: string) => {
      const last = stderr
        .trim()
        .split('\n')
        .findLast((line) => !line.includes('listening on'))
      exit = `The database engine ended by itself (${how})${last ? `; last output: ${last}` : ''}`
      if (!stopping) resolve(exit)
    }
    child.once('error', (error) => onExit(error.message))
    child.once('exit', (code, signal) => onExit(signal ?? `exit code ${code}`))
  })

  const endpoint = `http://127.0.0.1:${port}`
  const stop = async () => {
    stopping = true
    await endChild(child)
    rmSync(processFile, { force: true })
  }
  try {
    writeFileSync(processFile, JSON.stringify(recordOf(child.pid ?? 0) ?? {}), { mode: 0o600 })
    await waitUntilReady(endpoint, () => exit)
  } catch (error) {
    await stop()
    throw damageOf(databaseFile(dataDir), error) ?? error
  }
  return { endpoint, died, stop }
}

/**
 * Spawns a child that is terminated whenever this process exits, even by `kill -9`: a watcher waits for the
 * pipe from this process to break. The shell replaces itself with the engine (`exec`), so the child's pid and
 * exit code are the engine's.
 */
function spawnTethered(file: string, args: readonly string[]): ChildProcess {
  if (process.platform === 'win32') return spawn(file, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  const script = 'exec 3<&0; (read -r _ <&3; kill -TERM $$) >/dev/null 2>&1 & exec "$@" 3<&- </dev/null'
  const child = spawn('/bin/sh', ['-c', script, 'dynoxide', file, ...args], {
    stdio: ['pipe', 'ignore', 'pipe'],
    // Ctrl-C signals the terminal's whole process group; the engine must stop last, by `stop`.
    detached: true,
  })
  child.stdin?.on('error', () => undefined)
  return child
}

async function endChild(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS)
  await exit
  clearTimeout(timer)
}

/** After a crash an engine may still hold the database file, and two must not share it. */
async function stopLeftover(processFile: string): Promise<void> {
  const leftover = stillRunning(processFile)
  if (!leftover) return
  process.kill(leftover.pid, 'SIGTERM')
  const deadline = Date.now() + STOP_TIMEOUT_MS
  while (stillRunning(processFile)) {
    if (Date.now() > deadline) process.kill(leftover.pid, 'SIGKILL')
    await delay(20)
  }
}

async function waitUntilReady(endpoint: string, exited: () => string | undefined): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS
  for (;;) {
    const reason = exited()
    if (reason !== undefined) throw new StartError(`${reason}.`)
    try {
      await fetch(endpoint, { signal: AbortSignal.timeout(1_000) })
      return
    } catch (error) {
      if (Date.now() > deadline) {
        throw new StartError(
          `The database engine at ${endpoint} does not respond. Check that it runs and that the address is right.`,
          { cause: error },
        )
      }
    }
    await delay(15)
  }
}
