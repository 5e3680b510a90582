import colors from 'picocolors'
import { z } from 'zod'
import { printable, printableLines } from '../protocol/text.ts'
import { mapStack } from './source-maps.ts'

/** Receives one entry: what a function printed, a failed invocation, a denied call. */
export type Log = (source: string, text: string) => void

/** The entry that lambdas/report.ts writes; any further fields are context. */
const errorEntry = z
  .object({ level: z.literal('error'), name: z.string(), message: z.string(), stack: z.string().optional() })
  .catchall(z.unknown())

export const logToStandardError: Log = (source, text) => {
  console.error(formatEntry(source, text))
}

/** Spreads an error over several lines and maps its stack to the sources; other entries are unchanged. */
export function formatEntry(source: string, text: string): string {
  const error = readErrorEntry(text)
  if (!error) return printableLines(`[${source}] ${mapStack(text)}`)
  const { level, name, message, stack, ...context } = error
  const about = Object.entries(context).map(([key, value]) => ` ${key}=${String(value)}`)
  const headline = printable(`[${source}] error${about.join('')}`)
  const details = mapStack(stack ?? `${name}: ${message}`)
  return `${colors.red(headline)}\n  ${printableLines(details, '  ')}`
}

function readErrorEntry(text: string): z.infer<typeof errorEntry> | undefined {
  if (!text.startsWith('{')) return undefined
  try {
    return errorEntry.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
