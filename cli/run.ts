import type { Command } from 'commander'
import { quietSdk } from '../local/quiet-sdk.ts'

/** Runs a command line; a failure is one sentence on standard error and exit code 1. */
export async function runCommand(program: Command): Promise<void> {
  quietSdk()
  try {
    await program.parseAsync()
  } catch (error) {
    console.error(sentence(error))
    process.exitCode = 1
  }
}

export const stackOption = ['--stack <name>', 'a deployed stack (default: the chat on this machine)'] as const

/** The SDK says what it lacks, but not how to give it. */
function sentence(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  const unconfigured = text === 'Region is missing' || (error as Error)?.name === 'CredentialsProviderError'
  return unconfigured ? `${text}. Set AWS_REGION and AWS_PROFILE, or what else your AWS access needs.` : text
}
