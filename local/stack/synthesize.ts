import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Settings } from '../../lib/settings.ts'
import { hashOf } from '../../lib/source-hash.ts'
import { STACK_NAME } from '../../lib/stack-name.ts'
import { build } from '../build.ts'
import { readStack } from './model.ts'

export interface SynthesizeOptions {
  /** Receives the template and, in `bundles`, the code of the functions. */
  readonly outdir: string
  readonly allowedOrigins: readonly string[]
  /** Stack settings that override those of cdk.json. @default - none */
  readonly settings?: Partial<Settings> | undefined
}

const root = fileURLToPath(new URL('../..', import.meta.url))
/** What the bundles and the template are made from. */
const sources = ['lambdas', 'lib', 'protocol', 'local/stack/assemble.ts', 'cdk.json', 'package-lock.json']
const cache = path.join(root, 'dist', 'laptop')
/** Tests use several settings. */
const MAX_CACHED = 8

/**
 * Bundles the functions, synthesizes the stack and reads it back from the template. The result is kept, so that the next
 * start with the same sources and settings only copies it.
 */
export async function synthesize({ outdir, allowedOrigins, settings }: SynthesizeOptions) {
  const input = { settings: { allowedOrigins, ...settings } }
  const key = createHash('sha256').update(`${root}\n${hashOf(root, sources)}\n${JSON.stringify(input)}`)
  const cached = path.join(cache, key.digest('hex').slice(0, 32))
  if (!existsSync(cached)) await addToCache(cached, (folder) => build('stack', { folder, ...input }))
  const now = new Date()
  utimesSync(cached, now, now)
  cpSync(cached, outdir, { recursive: true })
  return await readStack(outdir, STACK_NAME)
}

async function addToCache(folder: string, make: (folder: string) => Promise<void>): Promise<void> {
  mkdirSync(cache, { recursive: true })
  const temporary = mkdtempSync(path.join(cache, 'new-'))
  try {
    await make(temporary)
    removeOldest()
    renameSync(temporary, folder)
  } catch (error) {
    rmSync(temporary, { recursive: true })
    // Another process may have added the same.
    if (!existsSync(folder)) throw error
  }
}

function removeOldest(): void {
  const entries = readdirSync(cache).map((name) => path.join(cache, name))
  const usedAt = (entry: string) => statSync(entry).mtimeMs
  const newestFirst = entries.sort((one, other) => usedAt(other) - usedAt(one))
  for (const entry of newestFirst.slice(MAX_CACHED)) rmSync(entry, { recursive: true, force: true })
}
