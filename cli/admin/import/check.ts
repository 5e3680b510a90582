import { createHash } from 'node:crypto'
import { TargetError } from '../../target.ts'
import type { Line, LineOf } from '../format/line-types.ts'
import { isInConversation, parseLine, placeOf } from '../format/lines.ts'
import { readLines } from '../format/read-lines.ts'
import { fileReferences } from '../format/references.ts'

/** What a checked file contains. */
export interface Checked {
  /** Identifies the content of the file. */
  readonly digest: string
  readonly lines: number
  readonly users: ReadonlySet<string>
}

/**
 * Checks a file completely: every line, the order of the lines, and that none is missing. Throws a TargetError that
 * names the first line with a problem.
 *
 * @param onProgress called with the number of lines so far
 */
export async function checkFile(file: string, onProgress: (lines: number) => void): Promise<Checked> {
  const hash = createHash('sha256')
  const users = new Set<string>()
  const check = checkOrder()
  const checkReferences = referenceCheck()
  let lines = 0
  let last: Line | undefined
  try {
    for await (const { text, end } of readLines(file)) {
      if (end === undefined) throw new Error('is cut off')
      last = parseLine(text)
      check(last, lines)
      checkReferences(last)
      if (last.type === 'user') users.add(last.id)
      hash.update(text).update('\n')
      lines++
      onProgress(lines)
    }
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) throw unreadable(file, error)
    throw new TargetError(`${file}, line ${lines + 1}: ${(error as Error).message}. Nothing was imported.`)
  }
  if (last?.type !== 'end') {
    throw new TargetError(
      `${file} is not complete: its last line is missing. Export again. Nothing was imported.`,
    )
  }
  return { digest: hash.digest('hex'), lines, users }
}

const unreadable = (file: string, error: Error) => new TargetError(`${file} cannot be read: ${error.message}`)

/** Returns a function that throws if a line names something that the lines before it do not have. */
function referenceCheck(): (line: Line) => void {
  const references = fileReferences()
  let last_seq = 0
  return (line) => {
    if (line.type === 'conversation') last_seq = line.last_seq
    if (line.type === 'participant') requireInLog(line, last_seq)
    references.add(line)
    if (line.type !== 'invitation' && line.type !== 'pair' && line.type !== 'group_request') return
    const problem = references.problemOf(line)
    if (problem !== undefined) throw new Error(problem)
  }
}

/** A read cursor beyond the end of the log would mark future messages as read. */
function requireInLog(
  { read_seq, joined_seq = 0, last_other }: LineOf<'participant'>,
  last_seq: number,
): void {
  const furthest = Math.max(read_seq, joined_seq, last_other?.read_seq ?? 0)
  if (furthest > last_seq) throw new Error(`names the entry ${furthest} of a log that ends at ${last_seq}`)
}

/**
 * Returns a function that throws if a line cannot follow the line before it. `index` is the number of lines before it.
 */
function checkOrder(): (line: Line, index: number) => void {
  let place: string | undefined
  let conversation: LineOf<'conversation'> | undefined
  let seq: number | undefined
  return (line, index) => {
    if (index === 0 && line.type !== 'export') throw new Error('does not begin an export')
    if (line.type === 'export' && line.scope !== 'all') {
      throw new Error(
        'begins an export of one user or conversation, and only a complete export can be imported',
      )
    }
    const before = place
    place = placeOf(line)
    if (before !== undefined && place <= before) throw new Error('is out of order, or a duplicate')
    if (line.type === 'conversation' && (line.first_seq ?? 1) > line.last_seq + 1) {
      throw new Error(`begins a log at ${line.first_seq} that ends at ${line.last_seq}`)
    }
    if (line.type === 'end' && line.lines !== index) {
      throw new Error(`says that ${line.lines} lines come before it, but there are ${index}`)
    }
    if (line.type === 'conversation' || !isInConversation(line)) {
      if (conversation && (seq ?? 0) !== conversation.last_seq) {
        throw new Error(
          `follows a conversation whose log ends at ${seq ?? 0} instead of ${conversation.last_seq}`,
        )
      }
      conversation = line.type === 'conversation' ? line : undefined
      seq = undefined
      return
    }
    if (!conversation || !('conversation' in line) || line.conversation !== conversation.id) {
      throw new Error('belongs to a conversation that is missing')
    }
    if (line.type === 'send' && line.seq > conversation.last_seq) throw new Error('names no entry')
    if (line.type !== 'entry') return
    checkEntry(line, conversation, seq)
    seq = line.seq
  }
}

/** Throws if an entry cannot follow the one before it in the log, or cannot be shown. */
function checkEntry(
  { seq, kind, content, target_seq }: LineOf<'entry'>,
  { first_seq = 1, last_seq }: LineOf<'conversation'>,
  before: number | undefined,
): void {
  // Expired entries are not exported, except the newest entry.
  const first = Math.min(first_seq, last_seq)
  if (before === undefined && seq !== first) throw new Error(`begins a log that must begin at ${first}`)
  if (before !== undefined && seq !== before + 1) throw new Error(`follows the entry ${before}`)
  if (kind === 'message' && content === undefined) throw new Error('is a message without content')
  if (kind === 'message_updated' && !(target_seq !== undefined && target_seq < seq)) {
    throw new Error('updates no message before it')
  }
}
