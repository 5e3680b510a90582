import { question } from '../../output.ts'
import { TargetError } from '../../target.ts'

/** Asks a question and resolves with the line that is typed. */
export type Ask = (question: string) => Promise<string>

/** Asks on the terminal. Throws a `TargetError` if there is none. */
export async function askOnTerminal(text: string): Promise<string> {
  if (!process.stdin.isTTY) {
    throw new TargetError(
      `Nothing was deleted: there is no terminal for the question "${text.replace(/: $/, '')}". Confirm with --yes and that name.`,
    )
  }
  return await question(text)
}

/**
 * Resolves once the user has typed `name` twice, or at once if `yes` is that name. Otherwise throws a `TargetError`.
 */
export async function confirmTwice(name: string, yes: string | undefined, ask: Ask): Promise<void> {
  const answers = yes === undefined ? asked(name, ask) : [yes]
  for await (const answer of answers) {
    if (answer.trim() === name) continue
    throw new TargetError(`Nothing was deleted: ${JSON.stringify(answer.trim())} is not ${name}.`)
  }
}

async function* asked(name: string, ask: Ask) {
  yield await ask(`Type ${name} to delete it: `)
  yield await ask(`This cannot be undone. Type ${name} again: `)
}
