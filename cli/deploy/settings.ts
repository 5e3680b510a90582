import { isDeepStrictEqual } from 'node:util'

/** Settings by name, as a template records them. A setting without a value is absent. */
export type Values = Readonly<Record<string, unknown>>

export const isRecord = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export interface SettingChanges {
  /** One line for each setting that changes. */
  readonly changes: readonly string[]
  /**
   * One sentence for each change that takes something away from users. Such a change is refused unless it is explicitly
   * allowed.
   */
  readonly losses: readonly string[]
}

/** Returns what a change of a setting takes away, or undefined. */
type Loss = (before: unknown, after: unknown) => string | undefined

const losses: Readonly<Record<string, Loss>> = {
  allowedOrigins(before, after) {
    const kept = new Set(listOf(after))
    const lost = listOf(before).filter((origin) => !kept.has(origin))
    return lost.length === 0 ? undefined : `Pages of ${lost.join(', ')} could no longer use the chat.`
  },
  jwtSecretName: () =>
    'The tokens would be verified with another secret, so all that exist would be refused.',
  tokenAudience: claimLoss('aud'),
  tokenIssuer: claimLoss('iss'),
  retentionDays(before, after) {
    const [daysBefore, days] = [Number(before ?? 0), Number(after ?? 0)]
    if (days === 0) return daysBefore === 0 ? undefined : 'Old messages would no longer be removed.'
    if (daysBefore !== 0 && days > daysBefore) return undefined
    return `Messages older than ${days} days would be removed for good.`
  },
  domainName: (before) =>
    before === undefined ? undefined : `The chat would no longer be at https://${before}.`,
}

function claimLoss(claim: string): Loss {
  return (before, after) => {
    if (before === undefined) return undefined
    if (after === undefined) return `Tokens with any other "${claim}", or without it, would be accepted.`
    return `All tokens with the "${claim}" ${JSON.stringify(before)} would be refused.`
  }
}

/** Compares the settings of the deployed stack with those of the next deployment. */
export function compareSettings(before: Values, after: Values): SettingChanges {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => !isDeepStrictEqual(before[name], after[name]),
  )
  return {
    changes: names.map((name) => `${name}: ${textOf(before[name])} → ${textOf(after[name])}`),
    losses: names.flatMap((name) => losses[name]?.(before[name], after[name]) ?? []),
  }
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

function textOf(value: unknown): string {
  if (value === undefined) return 'not set'
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(', ')
  return typeof value === 'string' ? value : JSON.stringify(value)
}
