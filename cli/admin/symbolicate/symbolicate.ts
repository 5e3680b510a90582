import { mapStack } from '../../../local/source-maps.ts'

/**
 * Replaces the positions in a function's bundle by those in the sources. Returns undefined if the text contains no such
 * position. The text is a stack trace, or lines of the log. A line of the log that contains a stack trace is replaced
 * by that trace.
 */
export function symbolicate(text: string, mapFile: string): string | undefined {
  const stacks = text.split('\n').map((line) => stackIn(line) ?? line)
  const before = stacks.join('\n').trimEnd()
  const after = mapStack(before, (bundle) => (bundle.endsWith('/index.cjs') ? mapFile : ''))
  return after === before ? undefined : after
}

/** The stack of an error in a line of the log, which is JSON. */
function stackIn(line: string): string | undefined {
  if (!line.trimStart().startsWith('{')) return undefined
  try {
    return find(JSON.parse(line))?.join('\n')
  } catch {
    return undefined
  }
}

function find(value: unknown): readonly string[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if ('stackTrace' in value && Array.isArray(value.stackTrace)) return value.stackTrace.map(String)
  for (const child of Object.values(value)) {
    const found = find(child)
    if (found) return found
  }
  return undefined
}
