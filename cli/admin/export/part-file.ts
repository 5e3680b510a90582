import { createHash } from 'node:crypto'
import { existsSync, statSync } from 'node:fs'
import { open, truncate } from 'node:fs/promises'
import { TargetError } from '../../target.ts'
import type { Line } from '../format/line-types.ts'
import { encodeLine, isInConversation, parseLine, placeOf } from '../format/lines.ts'
import { readLines } from '../format/read-lines.ts'

/** An export that was interrupted longer ago than this begins again: its beginning would be too old. */
const MAX_AGE_MS = 24 * 3_600_000
/** Lines are written together until they have about this size. */
const CHUNK_CHARACTERS = 256 * 1024

/** How far an export has come. */
export interface Begun {
  readonly lines: number
  /** The place of the last line; empty at the beginning. */
  readonly after: string
}

/** The unfinished file: its name depends on the chat and on what is exported, so that no two exports are mixed. */
export const partFileOf = (file: string, source: string) =>
  `${file}.${createHash('sha256').update(source).digest('hex').slice(0, 8)}.part`

/**
 * Finds out where an interrupted export continues, and removes the lines that are written again: a line that was cut
 * off, and a conversation that may not be complete, because a log is exported as of one moment.
 */
export async function resume(part: string): Promise<Begun> {
  if (!existsSync(part)) return { lines: 0, after: '' }
  if (Date.now() - statSync(part).mtimeMs > MAX_AGE_MS) {
    throw new TargetError(
      `${part} is the beginning of an export of more than a day ago. Delete it, then start again.`,
    )
  }
  const begun = await lastComplete(part).catch((error: unknown) => {
    throw new TargetError(`${part} is damaged (${(error as Error).message}). Delete it, then start again.`)
  })
  await truncate(part, begun.end)
  return begun
}

async function lastComplete(part: string): Promise<Begun & { readonly end: number }> {
  let read: Begun & { readonly end: number } = { lines: 0, after: '', end: 0 }
  let complete = read
  for await (const { text, end } of readLines(part)) {
    if (end === undefined) break
    const line = parseLine(text)
    if (line.type === 'end') break
    if (line.type === 'conversation') complete = read
    read = { lines: read.lines + 1, after: placeOf(line), end }
    if (!isInConversation(line)) complete = read
  }
  return complete
}

/**
 * Appends lines to a file, and the last one, which says how many there are. Makes sure that they are on the disk. Calls
 * `onProgress` with the number of lines so far. Resolves with the number without the last one.
 */
export async function append(
  part: string,
  lines: AsyncIterable<Line>,
  begun: number,
  onProgress: (lines: number) => void,
): Promise<number> {
  const file = await open(part, 'a', 0o600).catch(cannotWrite)
  try {
    let count = begun
    let chunk = ''
    for await (const line of lines) {
      chunk += `${encodeLine(line)}\n`
      count++
      if (chunk.length < CHUNK_CHARACTERS) continue
      await file.appendFile(chunk).catch(cannotWrite)
      chunk = ''
      onProgress(count)
    }
    await file.appendFile(`${chunk}${encodeLine({ type: 'end', lines: count })}\n`).catch(cannotWrite)
    await file.sync()
    return count
  } finally {
    await file.close()
  }
}

function cannotWrite(error: unknown): never {
  throw new TargetError(
    `The file cannot be written: ${(error as Error).message}. Fix that, and repeat the command.`,
  )
}
