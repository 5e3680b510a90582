import { createHash } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Storage } from '../types.ts'

type Row = readonly [key: string, value: unknown]

/** A temporary file that is older than this was left behind by a process that was killed. */
const LEFTOVER_MS = 60_000

let lastTemporary = 0

/**
 * A storage in a folder that only its owner can read, with a file for each key. Files are replaced as a whole: if the
 * process is killed, the old value or the new one remains. Several processes can share the folder.
 */
export function fileStorage(folder: string): Storage {
  let prepared: Promise<void> | undefined
  let last: Promise<unknown> = Promise.resolve()

  /** Makes one call after another, so that the value of the last call remains. */
  function inOrder<T>(run: () => Promise<T>): Promise<T> {
    const done = last.then(async () => {
      prepared ??= prepare(folder)
      await prepared
      return run()
    })
    last = done.catch(() => {})
    return done
  }

  // A hash, because keys can be too long for file names, and some systems do not tell upper from lower case.
  const fileOf = (key: string) => join(folder, `${createHash('sha256').update(key).digest('hex')}.json`)

  return {
    get: (key) => inOrder(async () => (await read(fileOf(key)))?.[1]),
    set: (key, value) => inOrder(() => replace(folder, fileOf(key), [key, value])),
    delete: (key) =>
      inOrder(async () => {
        await rm(fileOf(key), { force: true })
        await syncFolder(folder)
      }),
    list: (prefix) =>
      inOrder(async () => {
        const rows: Row[] = []
        for (const name of await readdir(folder)) {
          const row = name.endsWith('.json') ? await read(join(folder, name)) : undefined
          if (row?.[0].startsWith(prefix)) rows.push(row)
        }
        return rows.sort(([a], [b]) => (a < b ? -1 : 1))
      }),
  }
}

async function prepare(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  for (const name of await readdir(folder)) {
    const file = join(folder, name)
    if (name.endsWith('.tmp') && (await ageOf(file)) > LEFTOVER_MS) await rm(file, { force: true })
  }
}

/** The age of a file; 0 if another process has just renamed it. */
async function ageOf(file: string): Promise<number> {
  return Date.now() - (await stat(file).catch(() => ({ mtimeMs: Date.now() }))).mtimeMs
}

async function read(file: string): Promise<Row | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Row
  } catch (error) {
    if (error instanceof SyntaxError || (error as { code?: string }).code === 'ENOENT') return undefined
    throw error
  }
}

async function replace(folder: string, file: string, row: Row): Promise<void> {
  const temporary = `${file}.${process.pid}-${++lastTemporary}.tmp`
  try {
    const handle = await open(temporary, 'w', 0o600)
    await handle
      .writeFile(JSON.stringify(row))
      .then(() => handle.sync())
      .finally(() => handle.close())
    await rename(temporary, file)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  await syncFolder(folder)
}

/** Makes a renaming or a deletion durable, on systems that can do so. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder).catch(() => undefined)
  await handle?.sync().catch(() => {})
  await handle?.close()
}
