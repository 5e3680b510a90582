import { printable } from '../protocol/text.ts'

/** Aligns rows of cells in columns, safe to print on a terminal. */
export function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const cells = rows.map((row) => row.map(printable))
  const width = (column: number) => Math.max(0, ...cells.map((row) => row[column]?.length ?? 0))
  return cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(width(column)))
      .join('  ')
      .trimEnd(),
  )
}

/** The same with a line of headings; no line at all if there are no rows. */
export const tableLines = (headings: readonly string[], rows: readonly (readonly string[])[]) =>
  rows.length === 0 ? [] : columns([headings, ...rows])

/** A time for people, in UTC to the second. */
export const toTime = (at: number): string => `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')}Z`

/** How long something has lasted, in its largest unit. */
export function toDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 100) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 100) return `${minutes} min`
  const hours = Math.round(minutes / 60)
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`
}

/** A number with the singular or the plural of what it counts. */
export const count = (n: number, singular: string, plural = `${singular}s`): string =>
  `${n} ${n === 1 ? singular : plural}`
