import colors from 'picocolors'
import type { Scenario, Trial } from './trial.ts'

/** The result of one scenario. */
export interface Outcome
  extends Pick<Scenario, 'name' | 'promise'>,
    Pick<Trial, 'sizes' | 'seed' | 'history'> {
  readonly figures: readonly string[]
  readonly failures: readonly string[]
  readonly seconds: number
}

/** How many violations are printed with the events that led to them. */
const MAX_EXCERPTS = 3
const MAX_VIOLATIONS = 20

export const isProven = ({ failures, history }: Outcome) =>
  failures.length === 0 && history.violations.length === 0

const toWords = (name: string) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)

const sizeOf = ({ sizes }: Outcome) =>
  Object.entries(sizes)
    .map(([name, count]) => `${count} ${toWords(name)}`)
    .join(', ')

/** Formats the full result of one scenario. */
export function report(outcome: Outcome): string {
  const { name, promise, figures, failures, history, seconds, seed } = outcome
  const mark = isProven(outcome) ? colors.green('proven') : colors.red('BROKEN')
  const shown = history.violations.slice(0, MAX_VIOLATIONS).map(({ kind, text }) => `${kind}: ${text}`)
  const more = history.violations.length - shown.length
  if (more > 0) shown.push(`and ${more} more`)
  const excerpts = history.violations
    .slice(0, MAX_EXCERPTS)
    .map((violation) => `${violation.kind}: ${violation.text}\n${history.excerpt(violation, 15)}`)
  return [
    `${colors.bold(name)} ${mark} in ${seconds.toFixed(1)} s, seed ${seed}: ${sizeOf(outcome)}`,
    colors.dim(`  ${promise}`),
    ...figures.map((figure) => `  ${figure}`),
    ...failures.map((failure) => colors.red(`  ${failure}`)),
    ...shown.map((violation) => colors.red(`  ${violation}`)),
    ...excerpts.map((excerpt) => colors.dim(`\n${excerpt}`)),
  ].join('\n')
}

/** Formats all results as a table, one line each. */
export function table(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map((outcome) => [
    outcome.name,
    sizeOf(outcome),
    isProven(outcome) ? 'proven' : 'BROKEN',
    outcome.seconds.toFixed(1),
    String(outcome.seed),
  ])
  const all = [['name', 'size', 'result', 'seconds', 'seed'], ...rows]
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
