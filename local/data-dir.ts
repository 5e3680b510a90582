import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { currentProcess, stillRunning } from './processes.ts'
import { StartError, systemCode, systemReason } from './start-error.ts'

/** HS256 needs a key of at least this length. */
export const MIN_SECRET_BYTES = 32

/**
 * Creates the data directory and locks it for this process, because two engines must not write to the same file. A lock
 * left by a process that crashed is taken over. Returns a function that releases the lock.
 */
export function lockDataDir(dataDir: string): () => void {
  const lock = path.join(dataDir, 'lock.json')
  try {
    makeDirectory(dataDir)
    const holder = stillRunning(lock)
    if (holder)
      throw new StartError(`${dataDir} is in use by process ${holder.pid}. Stop it, or set DATA_DIR.`)
    writeFileSync(lock, JSON.stringify(currentProcess()))
  } catch (error) {
    throw dataDirError(dataDir, error)
  }
  return () => rmSync(lock, { force: true })
}

/**
 * Creates a directory and its parents. Node's own option `recursive` never returns if the file system refuses a new
 * directory with ENOENT, as /proc does.
 */
function makeDirectory(directory: string): void {
  const parent = path.dirname(directory)
  if (!existsSync(parent)) makeDirectory(parent)
  if (existsSync(directory) && statSync(directory).isDirectory()) return
  mkdirSync(directory, { mode: 0o700 })
}

/** Explains why a data directory cannot be used. */
export function dataDirError(dataDir: string, error: unknown): unknown {
  if (error instanceof StartError) return error
  const code = systemCode(error)
  if (code === '') return error
  const reason = code === 'EEXIST' ? 'it is not a directory' : systemReason(error)
  return new StartError(
    `The data directory ${dataDir} cannot be used: ${reason}. ` +
      'Fix that, or choose another one: DATA_DIR=/path/to/directory npm start',
  )
}

/** The secret that signs tokens on this laptop: generated once, and readable only by its owner. */
export function readOrCreateSecret(dataDir: string): string {
  const file = path.join(dataDir, 'jwt-secret')
  try {
    const secret = readFileSync(file, 'utf8').trim()
    const bytes = Buffer.byteLength(secret)
    if (bytes >= MIN_SECRET_BYTES) return secret
    const problem = bytes === 0 ? 'is empty' : `has ${bytes} bytes, but needs at least ${MIN_SECRET_BYTES}`
    throw new StartError(
      `The secret in ${file} ${problem}. Delete the file to get a new secret, which invalidates earlier tokens.`,
    )
  } catch (error) {
    if (error instanceof StartError) throw error
    if (systemCode(error) !== 'ENOENT') {
      throw new StartError(
        `The secret in ${file} cannot be read: ${systemReason(error)}. ` +
          'Fix that, or delete it to get a new secret, which invalidates earlier tokens.',
      )
    }
  }
  const secret = randomBytes(48).toString('base64url')
  writeFileSync(file, secret, { mode: 0o600 })
  return secret
}
