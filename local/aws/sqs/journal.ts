import { appendFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { StartError, systemCode, systemReason } from '../../start-error.ts'

const message = z.object({
  id: z.string(),
  /** Name of the queue that holds the message. */
  queue: z.string(),
  body: z.string(),
  /** Name of the identity that sent the message. */
  sender: z.string(),
  /** Epoch milliseconds. */
  sentAt: z.number(),
  /** Epoch milliseconds; the message cannot be received before this time. */
  visibleAt: z.number(),
  receiveCount: z.number(),
  firstReceivedAt: z.number().optional(),
})
const entry = z.union([z.object({ save: z.array(message) }), z.object({ drop: z.array(z.string()) })])

/** A message as its queue stores it. */
export type Message = Readonly<z.infer<typeof message>>

/** The file is compacted once it has `MIN_LINES`, and `LINES_PER_MESSAGE` for each message it still holds. */
const MIN_LINES = 1_000
const LINES_PER_MESSAGE = 4

/**
 * Stores the messages of all queues in one file, so that they survive a restart, as in SQS. Reads the file at the
 * start, and then appends one line per change. Each line is handed to the operating system before the call returns, so
 * that it survives `kill -9`. To survive a power failure, it would need `fsync`.
 */
export function openJournal(file: string) {
  const live = read(file)
  let lines = 0

  const compact = () => {
    const temporary = `${file}.tmp`
    const text = live.size === 0 ? '' : toLine({ save: [...live.values()] })
    writeFileSync(temporary, text, { mode: 0o600 })
    renameSync(temporary, file)
    lines = 0
  }
  const append = (change: z.infer<typeof entry>) => {
    appendFileSync(file, toLine(change))
    apply(live, change)
    lines += 1
    if (lines >= MIN_LINES && lines >= LINES_PER_MESSAGE * live.size) compact()
  }

  // Compacts the file right away, so that nothing is ever appended to a line that a crash cut short.
  compact()
  return {
    /** Returns the messages in the queue with this name. */
    messagesOf: (queue: string) => [...live.values()].filter((kept) => kept.queue === queue),
    /** Adds messages, or replaces those with the same id. */
    save: (messages: readonly Message[]) => append({ save: [...messages] }),
    drop: (ids: readonly string[]) => append({ drop: [...ids] }),
  }
}

export type Journal = ReturnType<typeof openJournal>

const toLine = (change: z.infer<typeof entry>) => `${JSON.stringify(change)}\n`

function apply(live: Map<string, Message>, change: z.infer<typeof entry>): void {
  if ('drop' in change) for (const id of change.drop) live.delete(id)
  else for (const saved of change.save) live.set(saved.id, saved)
}

function read(file: string): Map<string, Message> {
  const live = new Map<string, Message>()
  let text = ''
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') {
      throw new StartError(
        `${file} cannot be read: ${systemReason(error)}. Fix that, or delete it to start with empty queues.`,
      )
    }
  }
  // Text after the last line break was being written when the process crashed, and was never acknowledged.
  for (const [index, line] of text.split('\n').slice(0, -1).entries()) {
    try {
      apply(live, entry.parse(JSON.parse(line)))
    } catch {
      throw new StartError(`${file} is damaged in line ${index + 1}. Delete it to start with empty queues.`)
    }
  }
  return live
}
