import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Medians, short } from './summary.ts'

const WIDTH = 720
const LABEL_WIDTH = 190
const ROW_HEIGHT = 24
const TITLE_HEIGHT = 34

/** Writes one SVG file for a scenario: a row of bars for each figure that all systems have, on a logarithmic scale. */
export function writePlots(folder: string, scenario: string, medians: Medians): void {
  mkdirSync(folder, { recursive: true })
  const [first = {}, ...others] = medians.values()
  const figures = Object.keys(first).filter((figure) => others.every((known) => Number(known[figure]) > 0))
  const height = figures.length * (TITLE_HEIGHT + medians.size * ROW_HEIGHT) + TITLE_HEIGHT
  const charts = figures.map((figure, index) => {
    const values = [...medians].map(([system, all]) => [system, all[figure] ?? Number.NaN] as const)
    return `<g transform="translate(0 ${TITLE_HEIGHT + index * (TITLE_HEIGHT + medians.size * ROW_HEIGHT)})">${chart(figure, values)}</g>`
  })
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="13">
<title>${scenario}</title>
<style>text { fill: #333 } .bar { fill: #9aa5b1 } .ours { fill: #2563eb } @media (prefers-color-scheme: dark) { text { fill: #ddd } }</style>
<text x="8" y="22" font-size="16" font-weight="600">${scenario}</text>
${charts.join('\n')}
</svg>
`
  writeFileSync(join(folder, `${scenario.replace(/[^a-z0-9]+/gi, '-').toLowerCase()}.svg`), svg)
}

function chart(figure: string, values: readonly (readonly [system: string, value: number])[]): string {
  const known = values.map(([, value]) => value)
  // The axis begins at a tenth of the smallest value, so that even the shortest bar is visible.
  const low = Math.log10(Math.min(...known) / 10)
  const high = Math.log10(Math.max(...known))
  const length = (value: number) => ((Math.log10(value) - low) / (high - low)) * (WIDTH - LABEL_WIDTH - 80)
  const bars = values.map(([system, value], index) => {
    const y = TITLE_HEIGHT + index * ROW_HEIGHT
    const width = length(value).toFixed(1)
    return `<text x="8" y="${y + 4}">${system}</text><rect class="${index ? 'bar' : 'bar ours'}" x="${LABEL_WIDTH}" y="${y - 8}" width="${width}" height="16" rx="2"/><text x="${LABEL_WIDTH + Number(width) + 6}" y="${y + 4}">${short(value)}</text>`
  })
  return `<text x="8" y="16" font-weight="600">${figure}, logarithmic</text>${bars.join('')}`
}
