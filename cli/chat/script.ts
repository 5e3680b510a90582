import { createInterface } from 'node:readline'
import { systemClock } from '../../client/browser/environment.ts'
import type { Chat, Clock } from '../../client/index.ts'
import { sayPainted } from '../output.ts'
import { readTask } from './commands.ts'
import { connect, type SignIn } from './connect.ts'
import { isConnected } from './connection.ts'
import { createDirectory } from './directory.ts'
import { errorText } from './error-text.ts'
import type { ChatEvent } from './events.ts'
import { continues } from './parse.ts'
import { plainLine } from './plain.ts'
import { createPrettyLines } from './pretty.ts'
import { createSession, type Session } from './session.ts'

/** A script fails if there is no connection for this long. */
const PATIENCE_MS = 30_000

/**
 * Runs the chat for a program: executes the lines of standard input one at a time and prints events to
 * standard output. Rejects at the first failure.
 */
export async function runScript(signIn: SignIn, open: string | undefined): Promise<void> {
  const chat = connect(signIn)
  const directory = createDirectory(chat.user.getSnapshot)
  const pretty = process.stdout.isTTY ? createPrettyLines(directory) : plainLine
  const session = createSession(chat, directory, {
    interactive: false,
    show(event: ChatEvent) {
      const line = pretty(event)
      if (line !== undefined) sayPainted(line)
    },
  })
  const outage = watchOutage(chat)
  try {
    await Promise.race([session.failed, outage.failed, session.begin(open).then(() => runLines(session))])
  } catch (error) {
    throw new Error(errorText(error), { cause: error })
  } finally {
    outage.stop()
    session.stop()
    process.stdin.destroy()
  }
}

/** Rejects when there has been no connection for too long. It also keeps the process running until then. */
export function watchOutage(
  chat: Chat,
  clock: Clock = systemClock,
): { readonly failed: Promise<never>; stop(): void } {
  let fail: (error: Error) => void = () => {}
  const failed = new Promise<never>((_, reject) => {
    fail = reject
  })
  let connectedAt = clock.now()
  let timer: unknown
  function check(): void {
    if (isConnected(chat)) connectedAt = clock.now()
    const { reason = 'no answer' } = chat.state.getSnapshot()
    if (clock.now() - connectedAt > PATIENCE_MS) fail(new Error(`The chat cannot be reached: ${reason}.`))
    timer = clock.setTimeout(check, 1000)
  }
  check()
  return { failed, stop: () => clock.clearTimeout(timer) }
}

/** A message is acknowledged before the next line is read. */
async function runLines(session: Session): Promise<void> {
  let number = 0
  let begun = ''
  for await (const line of createInterface({ input: process.stdin })) {
    number++
    const text = begun + line
    begun = continues(text) ? `${text.slice(0, -1)}\n` : ''
    if (begun) continue
    try {
      const task = readTask(text)
      if (task?.kind === 'quit') return
      await task?.run(session)
    } catch (error) {
      throw new Error(`Line ${number}: ${errorText(error)}`, { cause: error })
    }
  }
  if (begun) await readTask(begun)?.run(session)
}
