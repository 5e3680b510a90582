import type { Link } from './core.ts'

/** The number of a session, or a time of polling: the server can be reached. Undefined if it cannot. */
export type Period = number | 'polling' | undefined

export function periodOf({ status }: Pick<Link, 'status'>): Period {
  const { phase, session } = status()
  return phase === 'online' ? session : phase === 'polling' ? phase : undefined
}

/**
 * Calls back whenever another period begins or ends, and at once if there is one.
 *
 * @param onChange learns whether the session took the place of an open one, so that no frame was missed
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
