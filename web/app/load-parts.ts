import type { Readable } from '../../client/index.ts'
import { source } from '../../client/readable.ts'
import type { Parts } from './later.tsx'
import { whenIdle } from './when-idle.ts'

/** After a failure. */
const RETRY_MS = 3000

/** What the first view of the page does not need; undefined until it is loaded. */
export function loadParts(): Readable<Parts | undefined> {
  const parts = source<Parts | undefined>(undefined)
  function load(): void {
    import('../page-parts.ts').then(
      ({ pageParts }) => parts.set(pageParts),
      () => setTimeout(load, RETRY_MS),
    )
  }
  whenIdle(load)
  return parts
}
