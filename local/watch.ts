import { watch } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
/** The folders that the bundles and the site are built from. */
const folders = ['lambdas', 'protocol', 'client', 'web']
const SOURCE = /\.(?:ts|tsx|css|html|svg)$/
/** How long to wait after a change, because editors save in several steps and a checkout changes many files. */
const QUIET_MS = 120

/** The sources from which the stack itself is synthesized; a running process does not reload these files. */
const stackSources = new Set([
  'lambdas/environment.ts',
  'lambdas/site.ts',
  'protocol/endpoints.ts',
  'protocol/features.ts',
  'protocol/frames.ts',
  'protocol/limits.ts',
  'protocol/origins.ts',
  'protocol/socket-route.ts',
  'protocol/token-claims.ts',
])

/** True if a change to the file may need a restart. */
export function shapesStack(file: string): boolean {
  return stackSources.has(file.replaceAll('\\', '/'))
}

/** True if the file belongs to the client library or the page, and not to the functions. */
export function isOfSite(file: string): boolean {
  return ['client', 'web'].some((folder) => file.startsWith(folder + path.sep))
}

/**
 * Calls back with the files that have changed. Calls do not overlap: changes during a call are reported by the next
 * call. Returns a function that stops watching.
 */
export function watchSources(onChange: (files: readonly string[]) => Promise<void>): () => void {
  const changed = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  let isBusy = false

  const schedule = () => {
    clearTimeout(timer)
    timer = setTimeout(async () => {
      if (isBusy || changed.size === 0) return
      isBusy = true
      const files = [...changed]
      changed.clear()
      await onChange(files).finally(() => {
        isBusy = false
      })
      if (changed.size > 0) schedule()
    }, QUIET_MS)
  }

  const watchers = folders.map((folder) =>
    watch(path.join(root, folder), { recursive: true }, (_, file) => {
      if (file === null || !SOURCE.test(file)) return
      changed.add(path.join(folder, file))
      schedule()
    }),
  )
  return () => {
    clearTimeout(timer)
    for (const watcher of watchers) watcher.close()
  }
}
