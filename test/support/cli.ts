import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { inject, onTestFinished } from 'vitest'

/** `npm run chat` as a child process, without a terminal. */
export interface ChatCommand {
  /** The fields of every line of standard output so far. */
  readonly lines: readonly (readonly string[])[]
  /** The fields of the next line of a kind that was not taken yet, waiting for it if need be. */
  next(kind: string): Promise<readonly string[]>
  type(...lines: readonly string[]): void
  /** Ends standard input, and resolves when the command has ended. */
  end(): Promise<{ readonly code: number | null; readonly errors: string }>
}

export function startChat(...args: readonly string[]): ChatCommand {
  const child = spawn(process.execPath, ['--import', 'tsx', 'cli/chat.ts', ...args], {
    env: { ...process.env, DATA_DIR: inject('dataDir') },
  })
  onTestFinished(() => void child.kill())
  const lines: string[][] = []
  const taken = new Set<readonly string[]>()
  const waiting = new Set<() => void>()
  let errors = ''
  const look = () => {
    for (const one of [...waiting]) one()
  }
  child.stderr.on('data', (data) => {
    errors += String(data)
  })
  // It may end before it has read everything.
  child.stdin.on('error', () => undefined)
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line.split('\t'))
    look()
  })
  const code = new Promise<number | null>((resolve) => {
    child.once('close', (status) => {
      resolve(status)
      look()
    })
  })
  return {
    lines,
    next: (kind) =>
      new Promise((resolve, reject) => {
        const one = () => {
          const found = lines.find((line) => line[0] === kind && !taken.has(line))
          if (found) taken.add(found)
          else if (child.exitCode === null) return
          waiting.delete(one)
          if (found) resolve(found.slice(1))
          else reject(new Error(`no ${kind} came before the end; came: ${JSON.stringify(lines)} ${errors}`))
        }
        waiting.add(one)
        one()
      }),
    type: (...typed) => void child.stdin.write(typed.map((line) => `${line}\n`).join('')),
    async end() {
      child.stdin.end()
      return { code: await code, errors }
    },
  }
}
