import type { Source } from '../../client/readable.ts'
import type { Parts } from './later.tsx'

/** The pause after a failure. */
const RETRY_MS = 3000

/** Loads the parts that the first view does not need, and registers the service worker. Tries again after a failure. */
export function loadParts(parts: Source<Parts | undefined>): void {
  import('../page-parts.ts').then(
    ({ pageParts, registerServiceWorker }) => {
      parts.set(pageParts)
      registerServiceWorker()
    },
    () => setTimeout(() => loadParts(parts), RETRY_MS),
  )
}
