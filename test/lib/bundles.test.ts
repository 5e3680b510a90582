import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { buildBundles } from '../../lib/bundles.ts'
import { functionNames } from '../../lib/permissions.ts'

const require = createRequire(import.meta.url)

/** Every byte is read and parsed at a cold start. */
const MAX_BYTES = { lifecycle: 270_000, frames: 418_000, rest: 471_000, worker: 346_000 }

describe('The bundles', () => {
  let folder: string
  let options: { functions: string; outdir: string }
  const write = (name: string, source: string) => writeFileSync(join(options.functions, `${name}.ts`), source)

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'admin-chat-'))
    options = { functions: join(folder, 'functions'), outdir: join(folder, 'lambdas') }
    mkdirSync(options.functions)
    for (const name of functionNames) {
      write(name, `export const handler = async (): Promise<string> => '${name}'`)
    }
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it.each(functionNames)(
    'of %s is a folder with one CommonJS file that exports the handler',
    async (name) => {
      const directory = (await buildBundles(options))[name]
      // [OPS-19] The folder is what is deployed.
      expect(readdirSync(directory)).toEqual(['index.cjs'])
      expect(await require(join(directory, 'index.cjs')).handler()).toBe(name)
    },
  )

  it('of the project are small enough', async () => {
    const directories = await buildBundles({ outdir: options.outdir })
    for (const name of functionNames) {
      expect(statSync(join(directories[name], 'index.cjs')).size, name).toBeLessThanOrEqual(MAX_BYTES[name])
    }
  })

  it('keep an unchanged file, replace a changed one, and leave nothing else behind', async () => {
    const { frames, rest } = await buildBundles(options)
    const modified = statSync(join(rest, 'index.cjs')).mtimeMs
    write('frames', `export const handler = async () => 'changed'`)
    await buildBundles(options)
    expect(readFileSync(join(frames, 'index.cjs'), 'utf8')).toContain('changed')
    expect(statSync(join(rest, 'index.cjs')).mtimeMs).toBe(modified)
    expect(readdirSync(options.outdir).toSorted()).toEqual(
      functionNames.flatMap((name) => [name, `${name}.cjs.map`]).toSorted(),
    )
  })

  it('are minified, and readable with a source map on request', async () => {
    const build = async (readable: boolean) => {
      const outdir = join(folder, readable ? 'readable' : 'minified')
      const { rest } = await buildBundles({ ...options, outdir, readable })
      return { files: readdirSync(rest), code: readFileSync(join(rest, 'index.cjs'), 'utf8') }
    }
    const [minified, readable] = [await build(false), await build(true)]
    expect(minified.files).toEqual(['index.cjs'])
    expect(readable.files.toSorted()).toEqual(['index.cjs', 'index.cjs.map'])
    expect(readable.code).toContain('//# sourceMappingURL=index.cjs.map')
    expect(readable.code).toContain('var handler = async () =>')
    expect(minified.code).not.toContain('var handler')
  })

  it('are not written for code that does not build, and the message says where', async () => {
    write('rest', `import { missing } from './nowhere.ts'\nexport const handler = missing`)
    await expect(buildBundles(options)).rejects.toThrow(/rest\.ts:1:24.*nowhere/)
  })
})
