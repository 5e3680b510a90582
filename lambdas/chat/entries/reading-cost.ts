import { byteLength } from '../../../protocol/text.ts'
import type { Entry } from '../../model.ts'
import type { Deps } from '../deps.ts'

/** A frame counts as one more frame per this many bytes that it reads from a log. */
const BYTES_PER_FRAME = 8 * 1024
/** The approximate size of an entry without its content. */
const ENTRY_BYTES = 200

/** The extra cost, in frames, of a frame for which these entries were read. */
export function readingCost(entries: readonly Entry[]): number {
  const bytes = entries.reduce((sum, entry) => {
    const text = entry.kind === 'message' ? entry.content + (entry.metadata ?? '') : ''
    return sum + byteLength(text) + ENTRY_BYTES
  }, 0)
  return Math.floor(bytes / BYTES_PER_FRAME)
}

/** The log, with a function that returns the cost of all entries that `after` has read so far. */
export function costedLog(log: Deps['log']): { readonly log: Deps['log']; readonly cost: () => number } {
  let total = 0
  const after: Deps['log']['after'] = async (...range) => {
    const entries = await log.after(...range)
    total += readingCost(entries)
    return entries
  }
  return { log: { ...log, after }, cost: () => total }
}
