import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs'
import path from 'node:path'

/** More than one, because tests use several settings. */
const MAX_FOLDERS = 8

/**
 * Resolves with a folder in `cache` that `make` has filled, now or in an earlier run. The name must be a hash of
 * everything that the content depends on. The name is computed again afterwards, because sources may have been edited
 * meanwhile.
 */
export async function cachedFolder(
  cache: string,
  nameOf: () => string,
  make: (folder: string) => Promise<void>,
): Promise<string> {
  for (;;) {
    const name = nameOf()
    const folder = path.join(cache, name)
    if (!existsSync(folder)) {
      mkdirSync(cache, { recursive: true })
      const temporary = mkdtempSync(path.join(cache, 'new-'))
      try {
        await make(temporary)
        if (nameOf() === name) renameSync(temporary, folder)
      } catch (error) {
        // Another process may have made the same folder.
        if (!existsSync(folder)) throw error
      } finally {
        rmSync(temporary, { recursive: true, force: true })
      }
      removeOldest(cache)
    }
    if (existsSync(folder)) {
      const now = new Date()
      utimesSync(folder, now, now)
      return folder
    }
  }
}

function removeOldest(cache: string): void {
  const folders = readdirSync(cache).map((name) => path.join(cache, name))
  const usedAt = new Map(
    folders.map((folder) => [folder, statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? 0]),
  )
  const newestFirst = folders.sort((one, other) => Number(usedAt.get(other)) - Number(usedAt.get(one)))
  for (const folder of newestFirst.slice(MAX_FOLDERS)) rmSync(folder, { recursive: true, force: true })
}
