import { createInterface } from 'node:readline/promises'
import type { Command } from 'commander'
import { printable, printableJson, printableLines } from '../protocol/text.ts'

// The commands print nothing in any other way (test/cli/output.test.ts): texts from rows, from the environment or from
// the network could otherwise send sequences to the operator's terminal.

/** Prints a line on standard output. Characters that a terminal would interpret are escaped. */
export const say = (text: string): void => console.log(printable(text))

/** The same on standard error. */
export const warn = (text: string): void => console.error(printable(text))

/** The same for a text of several lines. */
export const warnInLines = (text: string): void => console.error(printableLines(text))

/** Makes commander escape its messages about a wrong command line. */
export function escapeErrors(command: Command): void {
  command.configureOutput({ outputError: (text, write) => write(printableLines(text)) })
  for (const inner of command.commands) escapeErrors(inner)
}

/** Prints a value for other programs, as one line of JSON. */
export const sayJson = (value: object): void => console.log(printableJson(value))

/** Prints a line that has colors. The caller must have escaped everything in it that comes from others. */
export const sayPainted = (line: string): void => console.log(line)

/** Asks a question on standard error and resolves with the line that is typed. */
export async function question(text: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return await terminal.question(printable(text))
  } finally {
    terminal.close()
  }
}
