import type { Task } from './commands.ts'
import { UsageError } from './parse.ts'
import type { Session } from './session.ts'

/** Runs what the user has entered, one entry after another. */
export interface Tasks {
  /** Runs `run` after everything that was entered before. */
  add(run: () => Promise<unknown>): void
  /** Puts a message into the outbox after the commands that were entered before it. */
  send(task: Task, text: string): void
  /** Messages that have not reached the outbox, because a command has not ended. */
  waiting(): readonly string[]
  /** Resolves when everything that was entered so far has ended, and all messages are in the outbox. */
  done(): Promise<unknown>
}

interface TasksDeps {
  readonly session: Session
  showError(error: unknown): void
  /** Returns a text to the user, because no conversation is open to send it to. */
  giveBack(text: string): void
  /** A command has ended. */
  changed(): void
}

export function createTasks({ session, showError, giveBack, changed }: TasksDeps): Tasks {
  let last: Promise<unknown> = Promise.resolve()
  let waiting: readonly string[] = []

  function add(run: () => Promise<unknown>): void {
    last = last.then(run).catch(showError).then(changed)
  }

  return {
    add,
    send(task, text) {
      waiting = [...waiting, text]
      add(async () => {
        waiting = waiting.slice(1)
        // Does not wait for the acknowledgment. A refusal is shown when it arrives.
        task.run(session).catch((error: unknown) => {
          if (!(error instanceof UsageError)) return
          showError(error)
          giveBack(text)
        })
      })
    },
    waiting: () => waiting,
    done: () => last,
  }
}
