import type { Link } from './core.ts'

/** A period in which the server can be reached: the number of a session, or `polling`. Undefined if it cannot. */
export type Period = number | 'polling' | undefined

export function periodOf({ status }: Pick<Link, 'status'>): Period {
  const { phase, session } = status()
  return phase === 'online' ? session : phase === 'polling' ? phase : undefined
}

/**
 * Calls back whenever a period begins or ends, and at once if one is in progress.
 *
 * @param onChange `isContinued` is true if the session took the place of an open one, so that no frame was missed
 */
export function followPeriods(
  link: Pick<Link, 'status'>,
  onChange: (period: Period, isContinued: boolean) => void,
): () => void {
  let period: Period
  function update(): void {
    const next = periodOf(link)
    if (next === period) return
    const { session, rotated } = link.status()
    const isContinued = rotated && session - 1 === period
    period = next
    onChange(period, isContinued)
  }
  update()
  return link.status.subscribe(update)
}
