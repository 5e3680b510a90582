import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { onTestFinished, vi } from 'vitest'
import { aToken } from './fake-chat.ts'
import { screenOf } from './virtual-screen.ts'

/** The command `script` of Linux runs a program at a pseudo-terminal. */
export const hasPseudoTerminals = /util-linux/.test(`${spawnSync('script', ['--version']).stdout}`)

const folder = mkdtempSync(join(tmpdir(), 'chat-terminal-'))
const program = join(folder, 'run-terminal.mjs')

/** Bundles the program once: compiling it in each process takes a second. */
export async function bundleTerminal(): Promise<() => void> {
  await build({
    entryPoints: ['test/cli/chat/run-terminal.ts'],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    // Some packages call `require`, which an ES module does not have.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire('/');" },
  })
  return () => rmSync(folder, { recursive: true, force: true })
}

/** What a terminal sends when the user pastes a text. */
export const paste = (text: string) => `\u001b[200~${text}\u001b[201~`

export const ENTER = '\r'
export const TAB = '\t'
export const CTRL_D = '\u0004'

export interface Terminal {
  /** Types, or sends what the terminal sends for a key. */
  type(...keys: readonly string[]): void
  /** The lines on the screen, also those that have scrolled away. */
  lines(): readonly string[]
  /** Everything that the program has written, with control sequences. */
  output(): string
  /** Waits until a line of the screen matches. */
  sees(pattern: string | RegExp): Promise<void>
  exited: Promise<number | null>
}

/** The chat at a pseudo-terminal, with what an earlier one has kept in the same folder. */
export function aTerminal(url: string, { name = 'first', state = mkdtempSync(join(folder, 'state-')) } = {}) {
  const command = `stty cols 80 rows 24; exec "${process.execPath}" "${program}" "${url}" "${aToken(name)}" "${state}"`
  const child = spawn('script', ['--quiet', '--flush', '--return', '--command', command, '/dev/null'])
  onTestFinished(() => void child.kill())
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += String(data)))
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve))
  const lines = () => screenOf(output)
  const terminal: Terminal = {
    type: (...keys) => void child.stdin.write(keys.join('')),
    lines,
    output: () => output,
    sees: (pattern) =>
      vi.waitFor(
        () => {
          const matches = (line: string) =>
            typeof pattern === 'string' ? line.includes(pattern) : pattern.test(line)
          if (!lines().some(matches))
            throw new Error(`${pattern} is not on the screen:\n${lines().join('\n')}`)
        },
        { timeout: 10_000 },
      ),
    exited,
  }
  return { ...terminal, state }
}
