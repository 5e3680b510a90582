import { toTime } from '../../../columns.ts'
import type { LogLine } from '../../../logs/logs.ts'
import type { Target } from '../../../target.ts'
import { type Finding, note, problem } from '../check.ts'

/** How far back most checks of the log look. */
export const PERIOD_MS = 3_600_000
/** A problem that has not occurred for this long may be over, and is only a note. */
const RECENT_MS = 10 * 60_000

/**
 * The time from which a check reads the log. On a laptop, events before the last start of the chat no longer matter.
 */
export const since = ({ runningSince = 0 }: Pick<Target, 'runningSince'>, periodMs: number) =>
  Math.max(runningSince, Date.now() - periodMs)

/** The period from `since` to now, in words. */
export const periodText = ({ runningSince = 0 }: Pick<Target, 'runningSince'>): string =>
  runningSince > Date.now() - PERIOD_MS ? `since the start at ${toTime(runningSince)}` : 'in the last hour'

/** A problem if it has happened lately, otherwise a note. */
export function recentFinding(text: string, lines: readonly LogLine[], remedy: string): Finding {
  const last = Math.max(...lines.map(({ at }) => at))
  const isRecent = last > Date.now() - RECENT_MS
  return (isRecent ? problem : note)(`${text}, last at ${toTime(last)}.`, remedy)
}

/** Groups lines by a key, the largest group first. */
export function groupLines(
  lines: readonly LogLine[],
  keyOf: (line: LogLine) => string,
): readonly (readonly [key: string, lines: readonly LogLine[]])[] {
  const groups = new Map<string, LogLine[]>()
  for (const line of lines) groups.set(keyOf(line), [...(groups.get(keyOf(line)) ?? []), line])
  return [...groups].sort(([, one], [, other]) => other.length - one.length)
}
