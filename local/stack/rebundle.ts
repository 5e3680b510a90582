import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import type { FunctionModel } from './functions.ts'

/**
 * Bundles the functions again and returns those whose code has changed. The stack is not synthesized again: its
 * modules are loaded once per process, so the result would be the same.
 */
export async function rebundle(
  functions: ReadonlyMap<string, FunctionModel>,
  outdir: string,
): Promise<ReadonlyMap<string, FunctionModel>> {
  const { buildBundles } = await import('../../lib/bundles.ts')
  // In a new folder, because containers may still be loading the current code.
  const bundles = mkdtempSync(path.join(outdir, 'bundles-'))
  await buildBundles({ outdir: bundles, readable: true })
  const changed = new Map<string, FunctionModel>()
  for (const [id, model] of functions) {
    const codeDir = path.join(bundles, path.basename(model.codeDir))
    if (!haveSameCode(codeDir, model.codeDir)) changed.set(id, { ...model, codeDir })
  }
  removeUnused(outdir, [...functions.values(), ...changed.values()])
  return changed
}

/** Compares the source maps as well, because a new comment moves the lines that a stack trace names. */
function haveSameCode(one: string, other: string): boolean {
  return ['index.cjs', 'index.cjs.map'].every((file) =>
    readFileSync(path.join(one, file)).equals(readFileSync(path.join(other, file))),
  )
}

/** Removes bundles that no function uses any longer, such as those from before the previous reload. */
function removeUnused(outdir: string, functions: readonly FunctionModel[]): void {
  const used = new Set(functions.map(({ codeDir }) => codeDir))
  for (const folder of readdirSync(outdir).filter((name) => name.startsWith('bundles'))) {
    for (const name of readdirSync(path.join(outdir, folder))) {
      const codeDir = path.join(outdir, folder, name)
      if (!used.has(codeDir)) rmSync(codeDir, { recursive: true })
    }
  }
}
