import type { Command } from 'commander'
import { quietSdk } from '../local/quiet-sdk.ts'
import { printableLines } from '../protocol/text.ts'
import { openTarget, type Target } from './target.ts'

/** Runs a command line. A failure prints one sentence on standard error and sets exit code 1. */
export async function runCommand(program: Command): Promise<void> {
  quietSdk()
  try {
    await program.parseAsync()
  } catch (error) {
    console.error(printableLines(errorText(error)))
    process.exitCode = 1
  }
}

export const stackOption = ['--stack <name>', 'a deployed stack (default: the chat on this machine)'] as const
export const jsonOption = ['--json', 'print JSON for other programs, one object per line'] as const

/** The options of every command. A subcommand accepts them before and after its name. */
interface CommonOptions {
  readonly stack?: string
  readonly json?: boolean
}

/** Opens the chat that a command line names. */
export const targetOf = (command: Command): Promise<Target> =>
  openTarget(command.optsWithGlobals<CommonOptions>().stack)

/** Prints a result on standard output: as one line of JSON with `--json`, otherwise as lines for people. */
export function print(command: Command, result: object, lines: readonly string[]): void {
  if (command.optsWithGlobals<CommonOptions>().json) console.log(JSON.stringify(result))
  else for (const line of lines) console.log(line)
}

/** The SDK says which part of its configuration is missing, but not how to provide it. */
function errorText(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  const unconfigured = text === 'Region is missing' || (error as Error)?.name === 'CredentialsProviderError'
  return unconfigured ? `${text}. Set AWS_REGION and AWS_PROFILE, or configure AWS access another way.` : text
}
