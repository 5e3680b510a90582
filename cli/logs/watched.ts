import { toTime } from '../columns.ts'
import type { Logs } from './logs.ts'

/** A log that remembers what its answers have left out. */
export interface WatchedLogs extends Logs {
  /** The latest time before which an answer has left out lines, epoch milliseconds; undefined if none has. */
  gap(): number | undefined
}

export function watchLogs(logs: Logs): WatchedLogs {
  let gap: number | undefined
  return {
    async find(query) {
      const found = await logs.find(query)
      if (found.completeSince > query.from) gap = Math.max(gap ?? 0, found.completeSince)
      return found
    },
    gap: () => gap,
  }
}

/** Says in a report that lines were left out. */
export const gapText = (gap: number) =>
  `The log is too long to read all of it: lines before ${toTime(gap)} were left out.`
