import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { StartError } from '../../data-dir.ts'
import { probePort } from '../../network.ts'
import { recordOf, stillRunning } from '../../processes.ts'

export interface Engine {
  readonly endpoint: string
  /** Resolves with a sentence if the engine ends without having been asked to. */
  readonly died: Promise<string>
  stop(): Promise<void>
}

const START_MILLIS = 8_000
const STOP_MILLIS = 3_000

/** An engine that somebody else runs. */
export async function connectEngine(endpoint: string): Promise<Engine> {
  await untilItAnswers(endpoint, () => undefined)
  return { endpoint, died: new Promise(() => undefined), stop: async () => undefined }
}

/** Where the embedded engine keeps its tables: in `<dataDir>/dynamodb.sqlite`, or in its memory, until it ends. */
export type Storage = 'file' | 'memory'

/** Starts the embedded engine and resolves once it answers. `dataDir` remembers its process. */
export async function startEngine(file: string, dataDir: string, storage: Storage = 'file'): Promise<Engine> {
  const memory = path.join(dataDir, 'engine.json')
  await stopLeftover(memory)
  const port = await probePort(0)
  const database = storage === 'file' ? ['--db-path', path.join(dataDir, 'dynamodb.sqlite')] : []
  const child = spawnTied(file, ['serve', '--host', '127.0.0.1', '--port', String(port), ...database])
  let said = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2_000)
  })
  let asked = false
  let ended: string | undefined
  const died = new Promise<string>((resolve) => {
    const end = (how: string) => {
      const last = said.trim().split('\n').at(-1)
      ended = `The database engine ended by itself (${how})${last ? `; its last words: ${last}` : ''}`
      if (!asked) resolve(ended)
    }
    child.once('error', (error) => end(error.message))
    child.once('exit', (code, signal) => end(signal ?? `exit code ${code}`))
  })

  const endpoint = `http://127.0.0.1:${port}`
  const stop = async () => {
    asked = true
    await endChild(child)
    rmSync(memory, { force: true })
  }
  try {
    writeFileSync(memory, JSON.stringify(recordOf(child.pid ?? 0) ?? {}), { mode: 0o600 })
    await untilItAnswers(endpoint, () => ended)
  } catch (error) {
    await stop()
    throw error
  }
  return { endpoint, died, stop }
}

/**
 * A child that ends when this process does, however it does: a watcher waits for the pipe from here to break.
 * The shell replaces itself, so that the child's number and exit are the engine's own.
 */
function spawnTied(file: string, args: readonly string[]): ChildProcess {
  if (process.platform === 'win32') return spawn(file, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  const script = 'exec 3<&0; (read -r _ <&3; kill -TERM $$) >/dev/null 2>&1 & exec "$@" 3<&- </dev/null'
  const child = spawn('/bin/sh', ['-c', script, 'dynoxide', file, ...args], {
    stdio: ['pipe', 'ignore', 'pipe'],
    // Ctrl-C reaches the whole process group of a terminal; the engine stops last, when it is told to.
    detached: true,
  })
  child.stdin?.on('error', () => undefined)
  return child
}

async function endChild(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MILLIS)
  await exit
  clearTimeout(timer)
}

/** After a crash an engine may still hold the database file; two of them must not. */
async function stopLeftover(memory: string): Promise<void> {
  const leftover = stillRunning(memory)
  if (!leftover) return
  process.kill(leftover.pid, 'SIGTERM')
  const deadline = Date.now() + STOP_MILLIS
  while (stillRunning(memory)) {
    if (Date.now() > deadline) process.kill(leftover.pid, 'SIGKILL')
    await delay(20)
  }
}

async function untilItAnswers(endpoint: string, ended: () => string | undefined): Promise<void> {
  const deadline = Date.now() + START_MILLIS
  for (;;) {
    const reason = ended()
    if (reason !== undefined) throw new Error(reason)
    try {
      await fetch(endpoint, { signal: AbortSignal.timeout(1_000) })
      return
    } catch (error) {
      if (Date.now() > deadline) {
        throw new StartError(`The database engine at ${endpoint} does not answer.`, { cause: error })
      }
    }
    await delay(15)
  }
}
