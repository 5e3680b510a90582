import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { recordOf, stillRunning } from './processes.ts'

/** Something about the laptop itself that its owner can mend; the message says what. */
export class StartError extends Error {
  override readonly name = 'StartError'
}

/**
 * Makes the directory and takes it for this process alone: two engines must not write one file. The lock of a
 * process that crashed is taken over. Resolves with the way to give it back.
 */
export function takeDataDir(dataDir: string): () => void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const lock = path.join(dataDir, 'lock.json')
  const holder = stillRunning(lock)
  if (holder) throw new StartError(`${dataDir} is in use by process ${holder.pid}. Stop it, or set DATA_DIR.`)
  writeFileSync(lock, JSON.stringify(recordOf(process.pid) ?? {}))
  return () => rmSync(lock, { force: true })
}

/** The secret that signs tokens on this laptop: made once, readable by its owner alone. */
export function keptSecret(dataDir: string): string {
  const file = path.join(dataDir, 'jwt-secret')
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
  const secret = randomBytes(48).toString('base64url')
  writeFileSync(file, secret, { mode: 0o600 })
  return secret
}
