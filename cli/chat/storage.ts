import { createHash } from 'node:crypto'
import { homedir } from 'node:os'
import path from 'node:path'
import { memoryStorage, type Storage } from '../../client/index.ts'
import { fileStorage } from '../../client/node/file-storage.ts'
import { dataDirOf } from '../../local/settings.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Where unsent messages, drafts and the latest entries of a user are kept: a folder that only the current user of the
 * machine can read, or memory if the user of the chat is not known.
 */
export function storageOf(env: Environment, stack: string | undefined, user: string | undefined): Storage {
  return user === undefined ? memoryStorage() : fileStorage(storageFolder(env, stack, user))
}

/** A folder for each user: in the data directory of the laptop or, for a deployed stack, in the XDG state directory. */
export function storageFolder(env: Environment, stack: string | undefined, user: string): string {
  const chat = stack === undefined ? path.join(dataDirOf(env), 'chat') : storageOfStack(env, stack)
  // A hash, because an id can be longer than a folder name may be, and contain any character.
  return path.join(chat, createHash('sha256').update(user).digest('hex').slice(0, 32))
}

/** The folder for all users of a deployed stack. */
export const storageOfStack = (env: Environment, stack: string): string =>
  path.join(stateDirOf(env), 'admin-chat', encodeURIComponent(stack))

/** Ignores a relative path, as the XDG Base Directory Specification requires. */
function stateDirOf(env: Environment): string {
  const given = env['XDG_STATE_HOME'] ?? ''
  return path.isAbsolute(given) ? given : path.join(homedir(), '.local', 'state')
}
