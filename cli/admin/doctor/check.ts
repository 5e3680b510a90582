import { gapText, watchLogs } from '../../logs/watched.ts'
import type { Target } from '../../target.ts'

/**
 * What a check has found: no problem, something to know, something to repair, or that the check could not run.
 */
export type Level = 'ok' | 'note' | 'problem' | 'unknown'

export interface Finding {
  readonly level: Level
  /** One sentence. */
  readonly text: string
  /** What to do about it. */
  readonly remedy?: string
}

/** One thing that can be wrong. */
export interface Check {
  readonly name: string
  /** @default 20000 */
  readonly timeoutMs?: number
  /**
   * Resolves with nothing if the check does not apply to this chat. If the promise rejects, the finding gives the
   * reason.
   */
  run(target: Target): Promise<Finding | readonly Finding[]>
}

export const ok = (text: string): Finding => ({ level: 'ok', text })
export const note = (text: string, remedy: string): Finding => ({ level: 'note', text, remedy })
export const problem = (text: string, remedy: string): Finding => ({ level: 'problem', text, remedy })

const TIMEOUT_MS = 20_000

/** Says that a check has not seen all lines of the log. */
const gapNote = (gap: number) =>
  note(
    `${gapText(gap)} Numbers above may be too small.`,
    'To count all lines, use a query of docs/runbook.md.',
  )

/** Runs a check for a limited time. Never rejects, so that a check that cannot run does not hide the others. */
export async function runCheck(
  { run, timeoutMs = TIMEOUT_MS }: Check,
  target: Target,
): Promise<readonly Finding[]> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<never>((_, reject) => {
    const reason = new Error(`it did not end within ${timeoutMs / 1000} s`)
    timer = setTimeout(() => reject(reason), timeoutMs)
  })
  const logs = watchLogs(target.logs)
  try {
    const findings = [await Promise.race([run({ ...target, logs }), timeout])].flat()
    const gap = logs.gap()
    return [...findings, ...(gap === undefined ? [] : [gapNote(gap)])]
  } catch (error) {
    return [{ level: 'unknown', text: `Could not be checked: ${reasonOf(error)}.` }]
  } finally {
    clearTimeout(timer)
  }
}

/** The first line of an error's message, without the period at its end. */
export function reasonOf(error: unknown): string {
  const { name, message } = error instanceof Error ? error : new Error(String(error))
  const text = (message || name).split('\n', 1)[0]?.replace(/\.$/, '') ?? ''
  return text === 'UnknownError' || text === '' ? name : text
}

/** The command line that a remedy recommends, for the same chat. */
export const admin = ({ stack }: Pick<Target, 'stack'>, command: string) =>
  `"npm run admin --${stack === undefined ? '' : ` --stack ${stack}`} ${command}"`
