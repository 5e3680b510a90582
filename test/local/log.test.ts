import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { buildBundles } from '../../lib/bundles.ts'
import { functionNames } from '../../lib/permissions.ts'
import { formatEntry } from '../../local/log.ts'
import { temporaryDirectory } from './temporary.ts'

const require = createRequire(import.meta.url)
const entry = (error: object) => JSON.stringify({ level: 'error', ...error })
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
    expect(formatEntry('Rest', '{"level":"info"}')).toBe('[Rest] {"level":"info"}')
    expect(formatEntry('Rest', '{"level":')).toBe('[Rest] {"level":')
  })

  it('spreads an error over several lines, with its context', () => {
    const stack = 'TypeError: oh\n    at send (/app/send.js:1:2)\n    at node:internal:3:4'
    const text = formatEntry(
      'Frames',
      entry({ route: 'ping', connection: 'c1', name: 'TypeError', message: 'oh', stack }),
    )
    expect(plain(text).split('\n')).toEqual([
      '[Frames] error route=ping connection=c1',
      '  TypeError: oh',
      '      at send (/app/send.js:1:2)',
      '      at node:internal:3:4',
    ])
    expect(plain(formatEntry('Frames', entry({ name: 'Error', message: 'oh' })))).toBe(
      '[Frames] error\n  Error: oh',
    )
  })

  it('refers to the TypeScript file and line', async () => {
    const stack = await stackInBundle()
    expect(stack).toMatch(/rest\/index\.cjs:\d+:\d+/)
    const printed = [stack, entry({ name: 'TypeError', message: 'rest', stack })]
    for (const text of printed)
      expect(formatEntry('Rest', text)).toMatch(/at Object\.handler \(\S+rest\.ts:4:\d+\)/)
  })

  it('lets no control character through to the terminal', () => {
    expect(formatEntry('Rest', 'a\u001b[2Jb\u202ec')).toBe('[Rest] a\\u{1b}[2Jb\\u{202e}c')
    const text = formatEntry('Rest', entry({ name: 'Error', message: 'a\u001b[2Jb\u009bc' }))
    expect(plain(text)).toContain('Error: a\\u{1b}[2Jb\\u{9b}c')
  })
})
