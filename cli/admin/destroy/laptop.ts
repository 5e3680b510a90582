import { existsSync, rmdirSync } from 'node:fs'
import path from 'node:path'
import { lockDataDir } from '../../../local/data-dir.ts'
import { dataFiles, removeOwnFiles, topNames } from '../../../local/data-files.ts'
import { StartError } from '../../../local/start-error.ts'
import { warn } from '../../output.ts'
import { TargetError } from '../../target.ts'
import { type Ask, confirmTwice } from './confirm.ts'
import type { DestroyRequest } from './deployed.ts'

export interface LaptopResult {
  readonly deleted: readonly string[]
  /** What is still in the data directory. */
  readonly left: readonly string[]
}

/**
 * Deletes the data of the chat on this machine. Files that the chat did not create are kept, and so is the directory if
 * there are any. Throws a `TargetError` while the chat is running.
 */
export async function destroyOnLaptop(
  dataDir: string,
  request: DestroyRequest,
  ask: Ask,
): Promise<LaptopResult> {
  if (!existsSync(dataDir)) return { deleted: [], left: [] }
  const unlock = lock(dataDir)
  let deleted: readonly string[]
  try {
    deleted = await deleteFiles(dataDir, request, ask)
  } finally {
    unlock()
  }
  const { own, foreign } = dataFiles(dataDir)
  const left = [...topNames(own), ...foreign]
  if (left.length === 0) rmdirSync(dataDir)
  return { deleted, left }
}

async function deleteFiles(
  dataDir: string,
  { everything, yes }: DestroyRequest,
  ask: Ask,
): Promise<readonly string[]> {
  const own = topNames(dataFiles(dataDir).own)
  if (!everything || own.length === 0) return []
  warn(`To be deleted in ${dataDir}: ${own.join(', ')}`)
  warn('This deletes all conversations and users of the chat on this machine.')
  await confirmTwice(path.basename(dataDir), yes, ask)
  removeOwnFiles(dataDir)
  return own
}

/** Locks the directory, so that no chat starts with it while its files are being deleted. Returns what unlocks it. */
function lock(dataDir: string): () => void {
  try {
    return lockDataDir(dataDir)
  } catch (error) {
    if (error instanceof StartError) throw new TargetError(`Nothing was deleted. ${error.message}`)
    throw error
  }
}
