import colours from 'picocolors'
import { Chat, type Place } from './chat.ts'
import { commands, type Desk, readTask, type Task } from './commands.ts'
import type { ChatEvent } from './events.ts'
import { usualPace } from './pace.ts'
import { PrettyView } from './pretty.ts'
import { Screen } from './screen.ts'
import { sentenceOf } from './sentences.ts'
import { Typing } from './typing.ts'

/** Chats with a person at a terminal. */
export async function talk(place: Place, open: string | undefined): Promise<void> {
  const terminal = new Terminal()
  const chat = new Chat({
    ...place,
    pace: usualPace,
    attended: true,
    show: (event) => terminal.show(event),
    refused: (error) => terminal.complain(error),
  })
  const begin = async () => {
    await chat.ready
    await chat.lists.conversations()
    await chat.lists.invitations({ quiet: true })
    if (open !== undefined) await chat.open(open)
  }
  chat.start()
  try {
    const unsent = await Promise.race([chat.failed, terminal.run(chat, begin)])
    if (unsent > 0) throw new Error(`Not acknowledged: ${unsent} of your messages.`)
  } catch (error) {
    throw new Error(sentenceOf(error), { cause: error })
  } finally {
    terminal.close()
    chat.stop()
  }
}

class Terminal {
  readonly #screen: Screen
  readonly #view = new PrettyView()
  readonly #typing = new Typing((isTyping) => this.#desk?.chat.room?.typing(isTyping))
  #desk: Desk | undefined
  /** Commands wait for each other; messages wait for each other in their conversation. */
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

  complain(error: unknown): void {
    if (!this.#over) this.#screen.print(colours.red(sentenceOf(error)))
  }

  /**
   * Resolves when the user has had enough.
   *
   * @param begin done before anything that is typed
   * @returns how many messages are not acknowledged then
   */
  async run(chat: Chat, begin: () => Promise<void>): Promise<number> {
    const left = new Promise<void>((resolve) => {
      this.#leave = resolve
    })
    this.#desk = { chat, show: (event) => this.show(event), quit: this.#leave }
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
      // A message appears again in its place when it is stored.
      if (task?.kind === 'command') this.#screen.draw()
      else this.#screen.takeBack(line)
      if (task?.kind === 'quit') this.#leave()
      else if (task && this.#desk) this.#do(task, this.#desk)
    } catch (error) {
      this.complain(error)
    }
  }

  #do(task: Task, desk: Desk): void {
    if (task.kind === 'message') {
      this.#unsent++
      this.#queue(async () => void this.#send(task, desk))
    } else this.#queue(() => task.run(desk))
  }

  async #send(task: Task, desk: Desk): Promise<void> {
    await task.run(desk).catch((error: unknown) => this.complain(error))
    this.#unsent--
  }

  #queue(task: () => Promise<void>): void {
    this.#tasks = this.#tasks
      .then(task)
      .catch((error: unknown) => this.complain(error))
      .then(() => this.#screen.prompt(this.#prompt()))
  }

  #prompt(): string {
    const id = this.#desk?.chat.room?.id
    return id === undefined ? '> ' : `${this.#view.names.conversation(id)}> `
  }
}
