import { percentile } from '../../verification/model/percentile.ts'
import type { Rounds } from './main.ts'

/** The median of each figure, by system. */
export type Medians = ReadonlyMap<string, Readonly<Record<string, number>>>

const figuresOf = (rounds: Rounds) => Object.keys([...rounds.values()][0]?.[0] ?? {})
const valuesOf = (rounds: Rounds, system: string, figure: string) =>
  (rounds.get(system) ?? []).map((figures) => figures[figure] ?? Number.NaN)

export const medianOf = (rounds: Rounds): Medians =>
  new Map(
    [...rounds.keys()].map((system) => [
      system,
      Object.fromEntries(
        figuresOf(rounds).map((figure) => [figure, percentile(valuesOf(rounds, system, figure), 0.5)]),
      ),
    ]),
  )

/** A Markdown table with the median of each figure, and its lowest and highest value in parentheses. */
export function table(rounds: Rounds): string {
  const figures = figuresOf(rounds)
  const cells = (system: string) =>
    figures.map((figure) => {
      const values = valuesOf(rounds, system, figure)
      if (values.every(Number.isNaN)) return '–'
      const [median, low, high] = [percentile(values, 0.5), Math.min(...values), Math.max(...values)].map(
        short,
      )
      return values.length > 1 ? `${median} (${low}–${high})` : median
    })
  return [
    ['', ...figures],
    ['---', ...figures.map(() => '---:')],
    ...[...rounds.keys()].map((system) => [system, ...cells(system)]),
  ]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n')
}

/** Three digits. */
export const short = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en') : Number(value.toPrecision(2)).toString()
