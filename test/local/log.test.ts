import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { buildBundles } from '../../lib/bundles.ts'
import { functionNames } from '../../lib/permissions.ts'
import { formatEntry } from '../../local/log.ts'
import { temporaryDirectory } from './temporary.ts'

const require = createRequire(import.meta.url)
const entry = (message: unknown, level = 'ERROR') =>
  JSON.stringify({ timestamp: '2026-01-01T12:00:00.000Z', level, requestId: 'r1', message })
/** picocolors may be on or off. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they begin the colors of a terminal.
const plain = (text: string) => text.replaceAll(/\u001b\[\d+m/g, '')

/** The stack of an error that is thrown in a function's bundle. */
async function stackInBundle(): Promise<string> {
  const folder = temporaryDirectory()
  const functions = join(folder, 'functions')
  mkdirSync(functions)
  for (const name of functionNames) {
    const source = `interface Unused {}\n\nexport const handler = (): void => {\n  throw new TypeError('${name}')\n}`
    writeFileSync(join(functions, `${name}.ts`), source)
  }
  const { rest } = await buildBundles({ functions, outdir: join(folder, 'bundles'), readable: true })
  try {
    require(join(rest, 'index.cjs')).handler()
    return ''
  } catch (error) {
    return error instanceof Error ? (error.stack ?? '') : ''
  }
}

describe('the log', () => {
  it('prints the output of a function unchanged', () => {
    expect(formatEntry('Rest', 'hello')).toBe('[Rest] hello')
    expect(formatEntry('rest', '{"level":"info"}')).toBe('[rest] {"level":"info"}')
    expect(formatEntry('rest', '{"level":')).toBe('[rest] {"level":')
  })

  it('shows the message of an entry, and how an invocation ended', () => {
    expect(formatEntry('rest', entry('hello', 'INFO'))).toBe('[rest] hello')
    expect(formatEntry('rest', entry({ event: 'role_changed' }, 'INFO'))).toBe(
      '[rest] {"event":"role_changed"}',
    )
    const report = (status: string) =>
      JSON.stringify({ type: 'platform.report', record: { status, metrics: { durationMs: 10_000 } } })
    expect(formatEntry('rest', report('timeout'))).toBe('[rest] timed out after 10 s')
    expect(formatEntry('rest', report('error'))).toBe('[rest] the function exited')
  })

  it('spreads an error over several lines, with its context', () => {
    const stackTrace = ['TypeError: oh', '    at send (/app/send.js:1:2)', '    at node:internal:3:4']
    const error = { errorType: 'TypeError', errorMessage: 'oh' }
    const context = { event: 'error', route: 'ping', connection: 'c1' }
    const text = formatEntry('Frames', entry({ ...context, ...error, stackTrace }))
    expect(plain(text).split('\n')).toEqual([
      '[Frames] error route=ping connection=c1',
      '  TypeError: oh',
      '      at send (/app/send.js:1:2)',
      '      at node:internal:3:4',
    ])
    expect(plain(formatEntry('Frames', entry(error)))).toBe('[Frames] error\n  TypeError: oh')
  })

  it('refers to the TypeScript file and line', async () => {
    const stack = await stackInBundle()
    expect(stack).toMatch(/rest\/index\.cjs:\d+:\d+/)
    const stackTrace = stack.split('\n')
    const printed = [stack, entry({ errorType: 'TypeError', errorMessage: 'rest', stackTrace })]
    for (const text of printed)
      expect(formatEntry('Rest', text)).toMatch(/at Object\.handler \(\S+rest\.ts:4:\d+\)/)
  })

  it('lets no control character through to the terminal', () => {
    expect(formatEntry('Rest', 'a\u001b[2Jb\u202ec')).toBe('[Rest] a\\u{1b}[2Jb\\u{202e}c')
    const text = formatEntry('Rest', entry({ errorType: 'Error', errorMessage: 'a\u001b[2Jb\u009bc' }))
    expect(plain(text)).toContain('Error: a\\u{1b}[2Jb\\u{9b}c')
  })
})
