import { readdirSync, readFileSync } from 'node:fs'
import { Command } from 'commander'
import { afterEach, expect, it, vi } from 'vitest'
import { print, runCommand } from '../../cli/run.ts'

/** They write to a terminal that they control, and escape the texts that they show. */
const screens = ['chat/screen.ts', 'progress.ts']
const hostile = 'a\u001b[2J\u009b31m\u202eb\u2028c'

afterEach(() => {
  vi.restoreAllMocks()
  process.exitCode = undefined
})

/** Runs a command with an action, and returns what it printed. */
async function printed(action: (command: Command) => void, ...args: readonly string[]): Promise<string> {
  const lines: unknown[] = []
  const keep = (line: unknown) => void lines.push(line)
  vi.spyOn(console, 'log').mockImplementation(keep)
  vi.spyOn(console, 'error').mockImplementation(keep)
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    lines.push(text)
    return true
  })
  const program = new Command('program').exitOverride().option('--json')
  program.addCommand(
    new Command('run')
      .exitOverride()
      .argument('[n]')
      .action((_n, _options, command) => action(command)),
  )
  const argv = process.argv
  process.argv = ['node', 'program', ...args]
  await runCommand(program).finally(() => {
    process.argv = argv
  })
  return lines.join('\n')
}

it('[OPS-3] what a command prints is escaped, also as JSON, which means the same', async () => {
  const result = { name: hostile }
  const asText = await printed((command) => print(command, result, [hostile, 'next']), 'run')
  expect(asText).toBe('a\\u{1b}[2J\\u{9b}31m\\u{202e}b\\u{2028}c\nnext')
  const asJson = await printed((command) => print(command, result, []), 'run', '--json')
  expect(asJson).toMatch(/^[ -~]+$/)
  expect(JSON.parse(asJson)).toEqual(result)
})

it('[OPS-3] errors are escaped, those about the command line too', async () => {
  const fail = () => {
    throw new Error(hostile)
  }
  for (const text of [await printed(fail, 'run'), await printed(fail, 'run', `--${hostile}`)]) {
    expect(text).toContain('a\\u{1b}[2J\\u{9b}31m\\u{202e}b\\u{2028}c')
    expect(text).not.toMatch(/[^\n -~]/)
  }
})

it('[OPS-3] commands print in no other way than cli/output.ts', () => {
  const files = readdirSync('cli', { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  )
  const prints = (file: string) =>
    /console\.|(stdout|stderr)\.write|\boutput: process\./.test(readFileSync(`cli/${file}`, 'utf8'))
  expect(files.filter((file) => prints(file) && !screens.includes(file))).toEqual(['output.ts'])
})
