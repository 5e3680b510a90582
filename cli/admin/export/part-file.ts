import { createHash } from 'node:crypto'
import { existsSync, statSync } from 'node:fs'
import { open, truncate } from 'node:fs/promises'
import { TargetError } from '../../target.ts'
import type { Line } from '../format/line-types.ts'
import { encodeLine, isInConversation, parseLine, placeOf } from '../format/lines.ts'
import { readLines } from '../format/read-lines.ts'
import { exportContents } from './contents.ts'
import type { Begun } from './scopes.ts'

/** An export that was interrupted longer ago than this must begin again, because its beginning would be too old. */
const MAX_AGE_MS = 24 * 3_600_000
/** Lines are written together until they have about this size. */
const CHUNK_CHARACTERS = 256 * 1024

/** The unfinished file. Its name depends on the chat and on what is exported, so that no two exports are mixed. */
export const partFileOf = (file: string, source: string) =>
  `${file}.${createHash('sha256').update(source).digest('hex').slice(0, 8)}.part`

/** How far an interrupted export has come. */
interface Part extends Begun {
  readonly lines: number
}

/**
 * Finds out where an interrupted export continues, and removes the lines that must be written again: a line that was
 * cut off, and the last conversation, the users or the invitations if they may be incomplete. A log is exported as of
 * one moment, so it cannot be continued in the middle, and neither can the users or the invitations.
 *
 * @param onProgress called with the number of lines so far
 */
export async function resume(part: string, onProgress: (lines: number) => void): Promise<Part> {
  if (!existsSync(part)) return { lines: 0, after: '', contents: exportContents() }
  if (Date.now() - statSync(part).mtimeMs > MAX_AGE_MS) {
    throw new TargetError(
      `${part} is the beginning of an export from more than a day ago. Delete it, then start again.`,
    )
  }
  try {
    await truncate(part, await endOfComplete(part))
    return await read(part, onProgress)
  } catch (error) {
    throw new TargetError(`${part} is damaged (${(error as Error).message}). Delete it, then start again.`)
  }
}

/** The offset after the users, or after the last conversation that is complete. */
async function endOfComplete(part: string): Promise<number> {
  let [complete, before] = [0, 0]
  for await (const { text, end } of readLines(part)) {
    if (end === undefined) break
    const line = parseLine(text)
    const isUser = ['export', 'user', 'removed_user'].includes(line.type)
    // Everything before this line is complete.
    if (!isUser && (line.type === 'conversation' || !isInConversation(line))) complete = before
    if (!isUser && !isInConversation(line)) break
    before = end
  }
  return complete
}

async function read(part: string, onProgress: (lines: number) => void): Promise<Part> {
  const contents = exportContents()
  let [lines, after] = [0, '']
  for await (const { text } of readLines(part)) {
    const line = parseLine(text)
    contents.add(line)
    after = placeOf(line)
    onProgress(++lines)
  }
  return { lines, after, contents }
}

/**
 * Appends lines to a file, and then the last line, which contains their number. Makes sure that they are on the disk.
 * Calls `onProgress` with the number of lines so far. Resolves with the number of lines, not counting the last one.
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
      onProgress(++count)
      if (chunk.length < CHUNK_CHARACTERS) continue
      await file.appendFile(chunk).catch(cannotWrite)
      chunk = ''
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
