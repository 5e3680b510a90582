import type { Command } from 'commander'
import { quietSdk } from '../local/quiet-sdk.ts'
import { escapeErrors, say, sayJson, warnInLines } from './output.ts'
import { openTarget, type Target } from './target.ts'

/** Runs a command line. A failure prints one sentence on standard error and sets exit code 1. */
export async function runCommand(program: Command): Promise<void> {
  quietSdk()
  escapeErrors(program)
  // The AWS CLI and the CDK read this variable too, but the SDK does not.
  const fallback = process.env['AWS_DEFAULT_REGION']
  if (fallback) process.env['AWS_REGION'] ??= fallback
  // EPIPE: the reader of a pipe, such as `head`, has seen enough.
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => process.exit(code === 'EPIPE' ? 0 : 1))
  try {
    await program.parseAsync()
  } catch (error) {
    warnInLines(errorText(error))
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

/**
 * Prints a result on standard output: as one line of JSON with `--json`, otherwise as lines for people. `say` escapes
 * the characters in these lines that a terminal would interpret.
 */
export function print(command: Command, result: object, lines: readonly string[]): void {
  if (command.optsWithGlobals<CommonOptions>().json) sayJson(result)
  else for (const line of lines) say(line)
}

/** The errors with which AWS refuses credentials that are expired or unknown. */
const REFUSED = [
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidClientTokenId',
  'UnrecognizedClientException',
]

/** The SDK says what is wrong with its configuration, but not how to fix it. */
function errorText(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  const name = error instanceof Error ? error.name : ''
  if (text === 'Region is missing' || name === 'CredentialsProviderError') {
    return `${text}. Set AWS_REGION and AWS_PROFILE, or configure AWS access another way.`
  }
  return REFUSED.includes(name) ? `AWS refuses the credentials: ${text} Sign in again, or renew them.` : text
}
