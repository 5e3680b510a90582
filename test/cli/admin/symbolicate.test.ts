import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { symbolicate } from '../../../cli/admin/symbolicate/symbolicate.ts'
import { buildBundles } from '../../../lib/bundles.ts'
import { functionNames } from '../../../lib/permissions.ts'
import { temporaryDirectory } from '../../local/temporary.ts'

/** A minified bundle whose handler throws, the stack as Lambda logs it, and the map of the build. */
async function aDeployedError() {
  const folder = temporaryDirectory()
  const functions = join(folder, 'functions')
  mkdirSync(functions)
  for (const name of functionNames) {
    const source = `interface Unused {}\n\nexport const handler = (): void => {\n  throw new TypeError('${name}')\n}`
    writeFileSync(join(functions, `${name}.ts`), source)
  }
  const outdir = join(folder, 'lambdas')
  const { rest } = await buildBundles({ functions, outdir })
  try {
    createRequire(import.meta.url)(join(rest, 'index.cjs')).handler()
  } catch (error) {
    const stack = error instanceof Error ? (error.stack ?? '') : ''
    return {
      stack: stack.split('\n').slice(0, 2).join('\n').replace(rest, '/var/task'),
      mapFile: join(outdir, 'rest.cjs.map'),
    }
  }
  throw new Error('the handler did not throw')
}

it('[OPS-19] a stack of a deployed function is printed with the positions in the sources', async () => {
  const { stack, mapFile } = await aDeployedError()
  expect(stack).toMatch(/\/var\/task\/index\.cjs:\d+:\d+/)
  const readable = /^TypeError: rest\n {4}at \S+ \(\S+rest\.ts:4:\d+\)$/
  expect(symbolicate(stack, mapFile)).toMatch(readable)
  const message = { event: 'error', errorType: 'TypeError', stackTrace: stack.split('\n') }
  expect(symbolicate(JSON.stringify({ level: 'ERROR', message }), mapFile)).toMatch(readable)
})

it('[OPS-19] text without a position of a function is refused', async () => {
  const { mapFile } = await aDeployedError()
  expect(symbolicate('TypeError: rest\n    at node:internal/main:1:2', mapFile)).toBeUndefined()
  expect(symbolicate('', mapFile)).toBeUndefined()
})
