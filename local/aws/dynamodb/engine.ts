import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { recordOf, stillRunning } from '../../processes.ts'
import { damageOf } from './damage.ts'
import { chooseEngine, packagedEngine, thisPlatform } from './engine-choice.ts'
import { placeAtRandom, placeEngine } from './placement.ts'
import { waitUntilReady } from './ready.ts'

export interface Engine {
  /** An http or https URL, or `unix:` with the path of a socket. */
  readonly endpoint: string
  /** A sentence about the users and pages that can also reach an embedded engine; undefined if it is isolated. */
  readonly exposure?: string | undefined
  /** Resolves with an explanation if the engine exits without having been stopped. */
  readonly died: Promise<string>
  stop(): Promise<void>
}

const STOP_TIMEOUT_MS = 3_000
/** How often the start of an engine is attempted. Each attempt chooses another port. */
const MAX_ATTEMPTS = 3

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
 * Starts the embedded engine and resolves once it responds. Its process is recorded in `dataDir`. With `memory`, the
 * tables are lost when the engine exits, so the engine is not isolated: isolation would slow the simulator down.
 */
export async function startEngine(
  file: string,
  dataDir: string,
  storage: 'file' | 'memory' = 'file',
): Promise<Engine> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnce(file, dataDir, storage)
    } catch (error) {
      // In this case, another program has taken the port after it was found to be free.
      if (attempt === MAX_ATTEMPTS || !/port \d+ is already in use/.test(String(error))) throw error
    }
  }
}

async function startOnce(file: string, dataDir: string, storage: 'file' | 'memory'): Promise<Engine> {
  const processFile = path.join(dataDir, 'engine.json')
  await stopLeftover(processFile)
  const place = storage === 'file' ? placeEngine : placeAtRandom
  const { host, port, endpoint, exposure, spawn } = await place()
  const database = storage === 'file' ? ['--db-path', databaseFile(dataDir)] : []
  const child = spawn([file, 'serve', '--host', host, '--port', String(port), ...database])
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
      exit = `The database engine ended unexpectedly (${how})${last ? `; last output: ${last}` : ''}`
      if (!stopping) resolve(exit)
    }
    child.once('error', (error) => onExit(error.message))
    child.once('exit', (code, signal) => onExit(signal ?? `exit code ${code}`))
  })

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
  return { endpoint, exposure, died, stop }
}

async function endChild(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS)
  await exit
  clearTimeout(timer)
}

/** After a crash, an engine may still hold the database file, and two engines must not share it. */
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
