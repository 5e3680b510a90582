import { Command } from 'commander'
import { vi } from 'vitest'
import { jsonOption, runCommand, stackOption } from '../../cli/run.ts'

/** What a command has printed, and its exit code. */
export interface Printed {
  readonly lines: readonly string[]
  readonly errors: readonly string[]
  readonly code: number
}

/** Runs `npm run admin -- <args>` in this process, on the chat that keeps its data in this directory. */
export async function runAdmin(
  dataDir: string,
  command: Command,
  ...args: readonly string[]
): Promise<Printed> {
  const lines: string[] = []
  const errors: string[] = []
  const log = vi.spyOn(console, 'log').mockImplementation((line) => void lines.push(String(line)))
  const error = vi.spyOn(console, 'error').mockImplementation((line) => void errors.push(String(line)))
  const { argv, exitCode } = process
  const listeners = process.stdout.listeners('error')
  vi.stubEnv('DATA_DIR', dataDir)
  process.argv = ['node', 'admin', command.name(), ...args]
  process.exitCode = undefined
  try {
    const program = new Command('admin').option(...stackOption).option(...jsonOption)
    await runCommand(program.addCommand(command))
    return { lines, errors, code: Number(process.exitCode ?? 0) }
  } finally {
    log.mockRestore()
    error.mockRestore()
    vi.unstubAllEnvs()
    for (const added of process.stdout.listeners('error')) {
      if (!listeners.includes(added)) process.stdout.off('error', added as () => void)
    }
    process.argv = argv
    process.exitCode = exitCode
  }
}

/** The JSON that a command prints with `--json`. */
export async function adminJson(
  dataDir: string,
  command: Command,
  ...args: readonly string[]
  // biome-ignore lint/suspicious/noExplicitAny: tests read results of every shape.
): Promise<any> {
  const { lines, errors } = await runAdmin(dataDir, command, ...args, '--json')
  if (lines.length !== 1) throw new Error(`printed ${JSON.stringify({ lines, errors })}`)
  return JSON.parse(lines[0] ?? '')
}
