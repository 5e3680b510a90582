import { appendFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { StartError } from '../../data-dir.ts'

const message = z.object({
  id: z.string(),
  /** Name of the queue that holds it. */
  queue: z.string(),
  body: z.string(),
  /** Name of who sent it. */
  sender: z.string(),
  /** Epoch milliseconds. */
  sentAt: z.number(),
  /** Epoch milliseconds from which on it may be received. */
  visibleAt: z.number(),
  receiveCount: z.number(),
  firstReceivedAt: z.number().optional(),
})
const entry = z.union([z.object({ save: z.array(message) }), z.object({ drop: z.array(z.string()) })])

/** A message as its queue keeps it. */
export type Message = Readonly<z.infer<typeof message>>

/** Keeps the messages of all queues in one file, so that none is lost that SQS would still have. */
export interface Journal {
  /** What the queue of this name holds. */
  messagesOf(queue: string): readonly Message[]
  /** Adds messages, or replaces those with the same id. */
  save(messages: readonly Message[]): void
  drop(ids: readonly string[]): void
}

/** The file is rewritten when it has grown to this many lines and to several for each message. */
const LEAST_LINES = 1_000
const LINES_PER_MESSAGE = 4

/**
 * Reads the file and goes on writing to it, one line for each change. A line is with the system before a call is
 * answered, which is enough to outlive `kill -9`; to outlive the machine it would have to be synchronised.
 */
export function openJournal(file: string): Journal {
  const live = read(file)
  let lines = 0

  const rewrite = () => {
    const temporary = `${file}.tmp`
    const text = live.size === 0 ? '' : line({ save: [...live.values()] })
    writeFileSync(temporary, text, { mode: 0o600 })
    renameSync(temporary, file)
    lines = 0
  }
  const append = (change: z.infer<typeof entry>) => {
    appendFileSync(file, line(change))
    apply(live, change)
    lines += 1
    if (lines >= LEAST_LINES && lines >= LINES_PER_MESSAGE * live.size) rewrite()
  }

  // At once, so that nothing is ever appended to a line that a crash cut short.
  rewrite()
  return {
    messagesOf: (queue) => [...live.values()].filter((kept) => kept.queue === queue),
    save: (messages) => append({ save: [...messages] }),
    drop: (ids) => append({ drop: [...ids] }),
  }
}

const line = (change: z.infer<typeof entry>) => `${JSON.stringify(change)}\n`

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
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
  // What follows the last line break was being written when the process died, and acknowledged to nobody.
  for (const [index, whole] of text.split('\n').slice(0, -1).entries()) {
    try {
      apply(live, entry.parse(JSON.parse(whole)))
    } catch {
      throw new StartError(`${file} is damaged in line ${index + 1}. Delete it to begin with empty queues.`)
    }
  }
  return live
}
