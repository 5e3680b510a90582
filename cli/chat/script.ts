import { createInterface } from 'node:readline'
import type { SignIn } from './account.ts'
import { Chat } from './chat.ts'
import { readTask } from './commands.ts'
import { errorText } from './error-text.ts'
import type { ChatEvent } from './events.ts'
import { plainLine } from './plain.ts'
import { PrettyView } from './pretty.ts'
import { defaultTiming } from './timing.ts'

/** A script fails after this many consecutive connection failures. */
const MAX_RECONNECTS = 8

/**
 * Runs the chat for a program: executes the lines of standard input one at a time and prints events to
 * standard output. Rejects at the first failure.
 */
export async function runScript(signIn: SignIn, open: string | undefined): Promise<void> {
  const pretty = process.stdout.isTTY ? new PrettyView() : undefined
  const show = (event: ChatEvent) => {
    const line = pretty ? pretty.line(event) : plainLine(event)
    if (line !== undefined) console.log(line)
  }
  const chat = new Chat({
    ...signIn,
    timing: { ...defaultTiming, maxReconnects: MAX_RECONNECTS },
    interactive: false,
    show,
    refused: (error) => console.error(errorText(error)),
  })
  try {
    await Promise.race([chat.failed, begin(chat, open).then(() => runLines(chat))])
  } catch (error) {
    throw new Error(errorText(error), { cause: error })
  } finally {
    chat.stop()
    process.stdin.destroy()
  }
}

async function begin(chat: Chat, open: string | undefined): Promise<void> {
  await chat.ready
  if (open !== undefined) await chat.open(open)
}

/** A message is acknowledged before the next line is read. */
async function runLines(chat: Chat): Promise<void> {
  let number = 0
  for await (const line of createInterface({ input: process.stdin })) {
    number++
    try {
      const task = readTask(line)
      if (task?.kind === 'quit') break
      await task?.run(chat)
    } catch (error) {
      throw new Error(`Line ${number}: ${errorText(error)}`, { cause: error })
    }
  }
  await chat.room?.feed.settle()
}
