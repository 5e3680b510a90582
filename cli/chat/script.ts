import { createInterface } from 'node:readline'
import { Chat, type Place } from './chat.ts'
import { readTask } from './commands.ts'
import type { ChatEvent } from './events.ts'
import { usualPace } from './pace.ts'
import { plainLine } from './plain.ts'
import { PrettyView } from './pretty.ts'
import { sentenceOf } from './sentences.ts'

/** Attempts to come back after which it is given up. */
const PATIENCE = 8

/**
 * Chats for a program: does what the lines of standard input ask for, one after the other, and writes what happens to
 * standard output. The first failure ends it.
 */
export async function follow(place: Place, open: string | undefined): Promise<void> {
  const pretty = process.stdout.isTTY ? new PrettyView() : undefined
  const show = (event: ChatEvent) => {
    const line = pretty ? pretty.line(event) : plainLine(event)
    if (line !== undefined) console.log(line)
  }
  const chat = new Chat({
    ...place,
    pace: { ...usualPace, patience: PATIENCE },
    attended: false,
    show,
    refused: (error) => console.error(sentenceOf(error)),
  })
  chat.start()
  try {
    await Promise.race([chat.failed, begin(chat, open).then(() => obey(chat, show))])
  } catch (error) {
    throw new Error(sentenceOf(error), { cause: error })
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
async function obey(chat: Chat, show: (event: ChatEvent) => void): Promise<void> {
  let ended = false
  let number = 0
  const quit = () => {
    ended = true
  }
  for await (const line of createInterface({ input: process.stdin })) {
    number++
    try {
      await readTask(line)?.run({ chat, show, quit })
    } catch (error) {
      throw new Error(`Line ${number}: ${sentenceOf(error)}`, { cause: error })
    }
    if (ended) break
  }
  await chat.room?.feed.settle()
}
