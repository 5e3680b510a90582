import colors from 'picocolors'
import type { SignIn } from './account.ts'
import { Chat } from './chat.ts'
import { commands, readTask, type Task } from './commands.ts'
import { errorText } from './error-text.ts'
import type { ChatEvent } from './events.ts'
import { PrettyView } from './pretty.ts'
import { Screen } from './screen.ts'
import { defaultTiming } from './timing.ts'
import { Typing } from './typing.ts'

/** Runs the chat for a person at a terminal. Resolves when the user quits; rejects if a message is unacknowledged. */
export async function runTerminal(signIn: SignIn, open: string | undefined): Promise<void> {
  const terminal = new Terminal()
  const chat = new Chat({
    ...signIn,
    timing: defaultTiming,
    interactive: true,
    show: (event) => terminal.show(event),
    refused: (error) => terminal.showError(error),
  })
  const begin = async () => {
    await chat.ready
    await chat.lists.conversations()
    await chat.lists.invitations({ quiet: true })
    if (open !== undefined) await chat.open(open)
  }
  try {
    const unsent = await Promise.race([chat.failed, terminal.run(chat, begin)])
    if (unsent > 0)
      throw new Error(`${unsent} of your messages ${unsent === 1 ? 'was' : 'were'} not acknowledged.`)
  } catch (error) {
    throw new Error(errorText(error), { cause: error })
  } finally {
    terminal.close()
    chat.stop()
  }
}

class Terminal {
  readonly #screen: Screen
  readonly #view = new PrettyView()
  readonly #typing = new Typing((isTyping) => this.#chat?.room?.typing(isTyping))
  #chat: Chat | undefined
  /** Commands run one at a time; so do the messages of a conversation. */
  #tasks: Promise<unknown> = Promise.resolve()
  #unsent = 0
  #over = false
  #leave: () => void = () => undefined

  constructor() {
    this.#screen = new Screen(process.stdout, {
      entered: (line) => this.#entered(line),
      typed: (line) => this.#typing.changed(line),
      left: () => this.#leave(),
      complete: (beginning) =>
        Object.keys(commands)
          .map((name) => `/${name} `)
          .filter((command) => command.startsWith(beginning)),
    })
  }

  show(event: ChatEvent): void {
    const line = this.#view.line(event)
    if (line !== undefined) this.#screen.print(line)
  }

  showError(error: unknown): void {
    if (!this.#over) this.#screen.print(colors.red(errorText(error)))
  }

  /**
   * Resolves when the user quits, with the number of unacknowledged messages.
   *
   * @param begin runs before any typed line
   */
  async run(chat: Chat, begin: () => Promise<void>): Promise<number> {
    const left = new Promise<void>((resolve) => {
      this.#leave = resolve
    })
    this.#chat = chat
    this.#queue(begin)
    await left
    this.#typing.stopped()
    return this.#unsent
  }

  close(): void {
    this.#over = true
    this.#screen.close()
  }

  #entered(line: string): void {
    this.#typing.stopped()
    try {
      const task = readTask(line)
      // A message is printed at its position in the log once it is stored.
      if (task?.kind === 'command') this.#screen.draw()
      else this.#screen.eraseEntered(line)
      if (task?.kind === 'quit') this.#leave()
      else if (task && this.#chat) this.#run(task, this.#chat)
    } catch (error) {
      this.showError(error)
    }
  }

  #run(task: Task, chat: Chat): void {
    if (task.kind === 'message') {
      this.#unsent++
      this.#queue(async () => void this.#send(task, chat))
    } else this.#queue(() => task.run(chat))
  }

  async #send(task: Task, chat: Chat): Promise<void> {
    await task.run(chat).catch((error: unknown) => this.showError(error))
    this.#unsent--
  }

  #queue(task: () => Promise<void>): void {
    this.#tasks = this.#tasks
      .then(task)
      .catch((error: unknown) => this.showError(error))
      .then(() => this.#screen.prompt(this.#prompt()))
  }

  #prompt(): string {
    const id = this.#chat?.room?.id
    return id === undefined ? '> ' : `${this.#view.names.conversation(id)}> `
  }
}
