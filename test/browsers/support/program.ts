import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

const START_TIMEOUT_MS = 60_000

/** Starts a program in a process group of its own, so that it can be ended with all processes that it starts. */
export function startProgram(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): ChildProcess {
  return spawn(command, args, {
    detached: true,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
}

/** Resolves with the first match in what the program writes to standard error. */
export function waitForLine(program: ChildProcess, pattern: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    const lines: string[] = []
    const fail = () => reject(new Error(`${program.spawnfile} did not start:\n${lines.join('\n')}`))
    const timer = setTimeout(fail, START_TIMEOUT_MS)
    program.once('error', reject)
    program.once('exit', fail)
    createInterface({ input: program.stderr ?? process.stdin }).on('line', (line) => {
      lines.push(line)
      const match = pattern.exec(line)
      if (!match) return
      clearTimeout(timer)
      program.off('exit', fail)
      resolve(match)
    })
  })
}

/** Ends the program and everything that it has started. */
export async function endProgram(program: ChildProcess): Promise<void> {
  if (program.pid === undefined || program.exitCode !== null) return
  const exited = once(program, 'exit')
  process.kill(-program.pid, 'SIGKILL')
  await exited
}
