import colors from 'picocolors'
import { z } from 'zod'
import { printable, printableLines } from '../protocol/text.ts'
import { mapStack } from './source-maps.ts'

/** Receives one entry: what a function wrote, a failed invocation, a denied call. */
export type Log = (source: string, text: string) => void

/** An error as lambdas/report.ts and Lambda itself write it; any further fields are context. */
const errorMessage = z
  .object({ errorType: z.string(), errorMessage: z.string(), stackTrace: z.array(z.string()).optional() })
  .catchall(z.unknown())
const entrySchema = z.object({ level: z.string(), message: z.unknown() })
/** What Lambda itself writes about an invocation that it has ended. */
const reportSchema = z.object({
  type: z.literal('platform.report'),
  record: z.object({ status: z.string(), metrics: z.object({ durationMs: z.number() }) }),
})

export const logToStandardError: Log = (source, text) => {
  console.error(formatEntry(source, text))
}

/**
 * Formats an entry of the JSON log format as text, without the time and the request id. Spreads an error over several
 * lines and maps its stack to the sources. Other text is unchanged.
 */
export function formatEntry(source: string, text: string): string {
  const json = parseJson(text)
  const { data: report } = reportSchema.safeParse(json)
  if (report) return printable(`[${source}] ${describeReport(report.record)}`)
  const { data: entry } = entrySchema.safeParse(json)
  if (entry?.message === undefined) return printableLines(`[${source}] ${mapStack(text)}`)
  const { data: error } = errorMessage.safeParse(entry.message)
  if (error) return formatError(source, error)
  const { message } = entry
  return printableLines(`[${source}] ${typeof message === 'string' ? message : JSON.stringify(message)}`)
}

function formatError(source: string, error: z.infer<typeof errorMessage>): string {
  const { event: _, errorType, errorMessage, stackTrace, ...context } = error
  const about = Object.entries(context).map(([key, value]) => ` ${key}=${String(value)}`)
  const headline = printable(`[${source}] error${about.join('')}`)
  const details = mapStack(stackTrace?.join('\n') ?? `${errorType}: ${errorMessage}`)
  return `${colors.red(headline)}\n  ${printableLines(details, '  ')}`
}

const describeReport = ({ status, metrics }: z.infer<typeof reportSchema>['record']) =>
  status === 'timeout' ? `timed out after ${metrics.durationMs / 1000} s` : 'the function exited'

function parseJson(text: string): unknown {
  if (!text.startsWith('{')) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
