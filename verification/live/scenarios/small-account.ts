import type { ChatOptions } from '../chat/commands.ts'
import type { Scenario, Size } from '../trial.ts'

/** The limit of concurrent invocations in a new AWS account. */
export const SMALL_ACCOUNT = 10

/** The size that limits concurrent invocations. */
export const concurrencySize: Size = {
  what: 'how many functions may run at once, 0 for as many as this machine can handle',
  full: 0,
  short: 0,
}

/** Limits concurrent invocations, and counts those that are refused. */
export const limitConcurrency = (concurrency: number): Pick<ChatOptions, 'faults'> =>
  concurrency > 0 ? { faults: { invocations: { concurrency } } } : {}

/** The same scenario in a small account, with other sizes. */
export const inSmallAccount = (
  { sizes, ...scenario }: Scenario,
  changes: Readonly<Record<string, Pick<Size, 'full' | 'short'>>>,
): Scenario => {
  const all: typeof changes = { ...changes, concurrency: { full: SMALL_ACCOUNT, short: SMALL_ACCOUNT } }
  const changed = Object.entries(sizes).map(([name, size]) => [name, { ...size, ...all[name] }] as const)
  return { ...scenario, name: `${scenario.name}-${SMALL_ACCOUNT}`, sizes: Object.fromEntries(changed) }
}

/** How many invocations were refused, for the report. */
export const refusedInvocations = (strikes: Readonly<Record<string, number>>) =>
  `${strikes['invocations.concurrency'] ?? 0} invocations were refused`
