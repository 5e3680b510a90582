import { type Dirent, readdirSync, rmdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { functionNames } from '../lib/permissions.ts'
import { STACK_NAME } from '../lib/stack-name.ts'

const FUNCTION = `(${functionNames.join('|')})`
const HASH = '[0-9a-f]'

/** The paths of all files that the chat and its commands write into a data directory. */
const FILES = pattern(
  'dynamodb\\.sqlite(-wal|-shm|-journal)?',
  '(engine|runtime|lock)\\.json',
  'queues\\.jsonl(\\.tmp)?',
  'throttles\\.jsonl',
  'jwt-secret',
  `logs/${FUNCTION}\\.jsonl(\\.1)?`,
  `chat/${HASH}{32}/${HASH}{64}\\.json(\\.\\d+-\\d+\\.tmp)?`,
  `cdk\\.out/${STACK_NAME}\\.(template|assets)\\.json`,
  `cdk\\.out/bundles/${FUNCTION}/index\\.cjs(\\.map)?`,
)

const FOLDERS = pattern('logs', `chat(/${HASH}{32})?`, `cdk\\.out(/bundles(/${FUNCTION})?)?`)

function pattern(...paths: readonly string[]): RegExp {
  return new RegExp(`^(${paths.join('|')})$`)
}

/** Paths in a data directory. */
export interface DataFiles {
  /**
   * The files that the chat has written, and folders that contain nothing else. Each folder comes after its content.
   */
  readonly own: readonly string[]
  readonly foreign: readonly string[]
}

/**
 * The content of a data directory, apart from its lock. Other programs may use the same names of files, so only whole
 * paths count.
 */
export function dataFiles(dataDir: string): DataFiles {
  const { own, foreign } = filesBelow(dataDir, '')
  return { own: own.filter((file) => file !== 'lock.json'), foreign }
}

function filesBelow(dataDir: string, folder: string): DataFiles {
  const found = readdirSync(path.join(dataDir, folder), { withFileTypes: true }).map((entry) =>
    filesOf(dataDir, path.posix.join(folder, entry.name), entry),
  )
  return { own: found.flatMap(({ own }) => own), foreign: found.flatMap(({ foreign }) => foreign) }
}

function filesOf(dataDir: string, file: string, entry: Dirent): DataFiles {
  if (entry.isDirectory() && FOLDERS.test(file)) {
    const { own, foreign } = filesBelow(dataDir, file)
    return { own: foreign.length === 0 ? [...own, file] : own, foreign }
  }
  const isOwn = entry.isFile() && FILES.test(file)
  return isOwn ? { own: [file], foreign: [] } : { own: [], foreign: [file] }
}

/** Deletes what the chat has written into a data directory, or into one folder of it. */
export function removeOwnFiles(dataDir: string, folder = ''): void {
  const { own } = dataFiles(dataDir)
  for (const file of own.filter((file) => folder === '' || isIn(file, folder))) {
    const full = path.join(dataDir, file)
    if (FOLDERS.test(file)) rmdirSync(full)
    else rmSync(full, { force: true })
  }
}

const isIn = (file: string, folder: string) => file === folder || file.startsWith(`${folder}/`)

/** The names at the top level of a data directory: those of these files, or of the folders that contain them. */
export const topNames = (files: readonly string[]): readonly string[] => [
  ...new Set(files.map((file) => file.split('/', 1).join())),
]
