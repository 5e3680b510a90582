import colours from 'picocolors'
import type { History } from '../model/history.ts'

/** What came of one scenario. */
export interface Outcome {
  readonly name: string
  readonly promise: string
  readonly sizes: Readonly<Record<string, number>>
  readonly seed: number
  readonly figures: readonly string[]
  readonly failures: readonly string[]
  readonly history: History
  readonly seconds: number
}

/** Violations that are told with what led to them. */
const MOST_EXCERPTS = 3
const MOST_LINES = 20

export const isProven = ({ failures, history }: Outcome) =>
  failures.length === 0 && history.violations.length === 0

const wordsOf = (name: string) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)

const sizeOf = ({ sizes }: Outcome) =>
  Object.entries(sizes)
    .map(([name, count]) => `${count} ${wordsOf(name)}`)
    .join(', ')

/** Everything about one scenario. */
export function report(outcome: Outcome): string {
  const { name, promise, figures, failures, history, seconds, seed } = outcome
  const mark = isProven(outcome) ? colours.green('proven') : colours.red('BROKEN')
  const violations = history.violations.map(({ kind, text }) => `${kind}: ${text}`)
  const excerpts = history.violations
    .slice(0, MOST_EXCERPTS)
    .map((violation) => `${violation.kind}: ${violation.text}\n${history.excerpt(violation, 15)}`)
  return [
    `${colours.bold(name)} ${mark} in ${seconds.toFixed(1)} s, seed ${seed}: ${sizeOf(outcome)}`,
    colours.dim(`  ${promise}`),
    ...figures.map((figure) => `  ${figure}`),
    ...failures.map((failure) => colours.red(`  ${failure}`)),
    ...violations.slice(0, MOST_LINES).map((violation) => colours.red(`  ${violation}`)),
    ...(violations.length > MOST_LINES ? [colours.red(`  and ${violations.length - MOST_LINES} more`)] : []),
    ...excerpts.map((excerpt) => colours.dim(`\n${excerpt}`)),
  ].join('\n')
}

/** All of them, a line each. */
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
