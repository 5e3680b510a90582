import colors from 'picocolors'
import { printable } from '../../protocol/text.ts'
import { say } from '../output.ts'
import type { Account } from './account.ts'
import { readTask } from './commands.ts'
import { complete } from './complete.ts'
import { connect, type SignIn } from './connect.ts'
import { createDirectory, type Directory } from './directory.ts'
import { createDraftKeeper } from './draft-keeper.ts'
import { errorText } from './error-text.ts'
import type { View } from './events.ts'
import { createPrettyLines } from './pretty.ts'
import { createScreen, type Screen } from './screen.ts'
import { createSession } from './session.ts'
import { statusOf } from './status.ts'
import { createTasks } from './tasks.ts'
import { unsentLines, waitUntilSent, waitUntilStored } from './unsent.ts'

/** Runs the chat for a person at a terminal. Resolves when the user quits; rejects when the chat has ended for good. */
export async function runTerminal(signIn: SignIn, open: string | undefined): Promise<void> {
  const chat = connect(signIn)
  const directory = createDirectory(chat.user.getSnapshot)
  const screen = createScreen(process.stdin, process.stdout)
  const session = createSession(chat, directory, viewOf(screen, directory, signIn.account))
  const drafts = createDraftKeeper(screen)
  const tasks = createTasks({ session, showError, giveBack, changed: update })
  let isLeaving = false
  let leave = () => {}
  const left = () =>
    new Promise<void>((resolve) => {
      leave = resolve
    })

  function update(): void {
    if (isLeaving) return
    const current = session.current()
    screen.prompt(`${current ? directory.conversation(current.id) : ''}> `, colors.dim(statusOf(session)))
    drafts.opened(current)
  }

  function showError(error: unknown): void {
    screen.print(colors.red(errorText(error)))
  }

  function giveBack(text: string): void {
    if (screen.text() === '') screen.setText(text)
  }

  function entered(text: string): void {
    session.current()?.room.typing(false)
    try {
      const task = readTask(text)
      // Only commands are printed here: a message is printed at its place in the log once it is stored.
      if (task?.kind === 'command') screen.print(colors.dim(`> ${printable(text)}`))
      if (task?.kind === 'quit') leave()
      else if (task?.kind === 'message') tasks.send(task, text)
      else if (task) tasks.add(() => task.run(session))
    } catch (error) {
      showError(error)
    }
  }

  const stop = session.onChange(update)
  screen.start({
    entered,
    typed: (text) => drafts.typed(session.current(), text),
    left: () => leave(),
    complete: (line) => complete(line, session),
  })
  try {
    update()
    tasks.add(() => session.begin(open))
    await Promise.race([session.failed, left()])
    isLeaving = true
    screen.prompt('', 'Waiting until your messages are sent. Press Ctrl-C to quit at once.')
    await Promise.race([session.failed, left(), waitUntilSent(session, tasks.done())])
  } catch (error) {
    throw new Error(errorText(error), { cause: error })
  } finally {
    stop()
    session.current()?.room.typing(false)
    await waitUntilStored(session)
    screen.close()
    const lines = unsentLines(session, tasks.waiting())
    for (const line of lines) say(line)
    if (lines.length > 0) process.exitCode = 1
    session.stop()
  }
}

function viewOf(screen: Screen, directory: Directory, account: Account): View {
  const lineOf = createPrettyLines(directory)
  return {
    interactive: true,
    show(event) {
      const line = lineOf(event)
      if (line !== undefined) screen.print(line)
    },
    confirm: async (question) => /^y(es)?$/i.test((await screen.ask(`${question} (y/N)`))?.trim() ?? ''),
    async signedOut(reason) {
      const question = `The token was not accepted (${printable(reason)}). Paste another one:`
      const token = account.replace && (await screen.ask(question))?.trim()
      if (token) account.replace?.(token)
      return Boolean(token)
    },
  }
}
