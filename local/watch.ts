import { watch } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
/** The folders whose code goes into the bundles. */
const folders = ['lambdas', 'protocol']
/** An editor writes a file in several steps, and a change of branch many files. */
const QUIET_MILLIS = 120

/**
 * Calls back with the files that changed, one call after the other: what changes meanwhile waits for the next.
 * Returns the way to stop.
 */
export function watchSources(onChange: (files: readonly string[]) => Promise<void>): () => void {
  const changed = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  let busy = false

  const settle = () => {
    clearTimeout(timer)
    timer = setTimeout(async () => {
      if (busy || changed.size === 0) return
      busy = true
      const files = [...changed]
      changed.clear()
      await onChange(files).finally(() => {
        busy = false
      })
      if (changed.size > 0) settle()
    }, QUIET_MILLIS)
  }

  const watchers = folders.map((folder) =>
    watch(path.join(root, folder), { recursive: true }, (_, file) => {
      if (!file?.endsWith('.ts')) return
      changed.add(path.join(folder, file))
      settle()
    }),
  )
  return () => {
    clearTimeout(timer)
    for (const watcher of watchers) watcher.close()
  }
}
