import type { Source } from '../../client/readable.ts'
import type { Parts } from './later.tsx'

/** After a failure. */
const RETRY_MS = 3000

/** Loads what the first view of the page does not need, and starts it. After a failure, it is tried again. */
export function loadParts(parts: Source<Parts | undefined>): void {
  import('../page-parts.ts').then(
    ({ pageParts, registerServiceWorker }) => {
      parts.set(pageParts)
      registerServiceWorker()
    },
    () => setTimeout(() => loadParts(parts), RETRY_MS),
  )
}
