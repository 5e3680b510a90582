import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { build } from 'esbuild'
import { inject, onTestFinished } from 'vitest'

/** `npm run chat` as a child process, without a terminal. */
export interface ChatCommand {
  /** The fields of every line of standard output so far. */
  readonly lines: readonly (readonly string[])[]
  /** Resolves with the fields of the next line of a kind, after the kind itself. */
  next(kind: string): Promise<readonly string[]>
  type(...lines: readonly string[]): void
  /** Ends standard input; resolves when the command has exited. */
  end(): Promise<{ readonly code: number | null; readonly errors: string }>
}

const bundle = () => join(inject('dataDir'), 'chat-command.mjs')

/** Bundles the command once: compiling it with tsx in each process costs a second of CPU time. */
export async function bundleChat(): Promise<void> {
  await build({
    entryPoints: ['cli/chat.ts'],
    outfile: bundle(),
    bundle: true,
    platform: 'node',
    format: 'esm',
    // Some packages call `require`, which an ES module does not have.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire('/');" },
  })
}

export function startChat(...args: readonly string[]): ChatCommand {
  const child = spawn(process.execPath, [bundle(), ...args], {
    env: { ...process.env, DATA_DIR: inject('dataDir') },
  })
  onTestFinished(() => void child.kill())
  const lines: string[][] = []
  const taken = new Set<readonly string[]>()
  const waiting = new Set<() => void>()
  let errors = ''
  const notify = () => {
    for (const check of [...waiting]) check()
  }
  child.stderr.on('data', (data) => {
    errors += String(data)
  })
  // The command may exit before it has read all its input.
  child.stdin.on('error', () => undefined)
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line.split('\t'))
    notify()
  })
  const code = new Promise<number | null>((resolve) => {
    child.once('close', (status) => {
      resolve(status)
      notify()
    })
  })
  return {
    lines,
    next: (kind) =>
      new Promise((resolve, reject) => {
        const check = () => {
          const found = lines.find((line) => line[0] === kind && !taken.has(line))
          if (found) taken.add(found)
          else if (child.exitCode === null) return
          waiting.delete(check)
          if (found) resolve(found.slice(1))
          else reject(new Error(`exited without ${kind}; printed ${JSON.stringify(lines)} ${errors}`))
        }
        waiting.add(check)
        check()
      }),
    type: (...typed) => void child.stdin.write(typed.map((line) => `${line}\n`).join('')),
    async end() {
      child.stdin.end()
      return { code: await code, errors }
    },
  }
}
