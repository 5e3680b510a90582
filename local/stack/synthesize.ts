import { createHash } from 'node:crypto'
import { cpSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Settings } from '../../lib/settings.ts'
import { hashOf } from '../../lib/source-hash.ts'
import { STACK_NAME } from '../../lib/stack-name.ts'
import { build } from '../build.ts'
import { cachedFolder } from './cache.ts'
import { readStack } from './model.ts'

export interface SynthesizeOptions {
  /** Receives the template and, in `bundles`, the code of the functions. */
  readonly outdir: string
  readonly allowedOrigins: readonly string[]
  /** Stack settings that override those of cdk.json. @default - none */
  readonly settings?: Partial<Settings> | undefined
}

const root = fileURLToPath(new URL('../..', import.meta.url))
/** The files from which the bundles and the template are made. */
const sources = ['lambdas', 'lib', 'protocol', 'local/stack/assemble.ts', 'cdk.json', 'package-lock.json']
const cache = path.join(root, 'dist', 'laptop')

/**
 * Bundles the functions, synthesizes the stack and reads it back from the template. The result is kept in a cache, so
 * that the next start with the same sources and settings only copies it.
 */
export async function synthesize({ outdir, allowedOrigins, settings }: SynthesizeOptions) {
  const input = { settings: { allowedOrigins, ...settings } }
  const nameOf = () =>
    createHash('sha256')
      .update(`${root}\n${hashOf(root, sources)}\n${JSON.stringify(input)}`)
      .digest('hex')
  const folder = await cachedFolder(cache, nameOf, (folder) => build('stack', { folder, ...input }))
  cpSync(folder, outdir, { recursive: true })
  return await readStack(outdir, STACK_NAME)
}
