import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { type Invoke, ThrottledError } from './aws/lambda/invoke.ts'

/** How many invocations of a function were refused within about a second. */
export interface Throttles {
  /** Epoch milliseconds. */
  readonly at: number
  readonly function: string
  readonly count: number
}

const KEPT_MS = 24 * 3_600_000
const FLUSH_MS = 1_000

const fileIn = (dataDir: string) => path.join(dataDir, 'throttles.jsonl')

/** The refused invocations of the last day. */
export function readThrottles(dataDir: string, now = Date.now()): readonly Throttles[] {
  try {
    return readFileSync(fileIn(dataDir), 'utf8')
      .split('\n')
      .flatMap(parse)
      .filter(({ at }) => at > now - KEPT_MS)
  } catch {
    // Nothing was ever refused.
    return []
  }
}

/**
 * Counts refused invocations in a file, as CloudWatch does on AWS, because a function that does not start writes no
 * log.
 *
 * @param nameOf returns the name under which a function is counted in the file
 */
export function countThrottles(
  dataDir: string,
  invoke: Invoke,
  nameOf: (functionId: string) => string,
): Invoke {
  const lines = readThrottles(dataDir).map((throttles) => `${JSON.stringify(throttles)}\n`)
  writeFileSync(fileIn(dataDir), lines.join(''), { mode: 0o600 })
  const counts = new Map<string, number>()
  const flush = () => {
    const at = Date.now()
    const lines = [...counts].map(([name, count]) => `${JSON.stringify({ at, function: name, count })}\n`)
    counts.clear()
    try {
      appendFileSync(fileIn(dataDir), lines.join(''))
    } catch {
      // The chat has stopped, and its data directory is gone.
    }
  }
  return async (functionId, event, isWanted) => {
    try {
      return await invoke(functionId, event, isWanted)
    } catch (error) {
      if (error instanceof ThrottledError) {
        if (counts.size === 0) setTimeout(flush, FLUSH_MS).unref()
        const name = nameOf(functionId)
        counts.set(name, (counts.get(name) ?? 0) + 1)
      }
      throw error
    }
  }
}

function parse(line: string): readonly Throttles[] {
  try {
    return [JSON.parse(line) as Throttles]
  } catch {
    // The end of the file, or a line that a crash cut short.
    return []
  }
}
