import type { Command } from 'commander'
import { quietSdk } from '../local/quiet-sdk.ts'
import { printableLines } from '../protocol/text.ts'

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

/** The SDK says which part of its configuration is missing, but not how to provide it. */
function errorText(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  const unconfigured = text === 'Region is missing' || (error as Error)?.name === 'CredentialsProviderError'
  return unconfigured ? `${text}. Set AWS_REGION and AWS_PROFILE, or configure AWS access another way.` : text
}
