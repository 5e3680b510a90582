import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A hash of files and of everything in folders, given relative to the root. */
export function hashOf(root: string, paths: readonly string[]): string {
  const hash = createHash('sha256')
  for (const path of paths.flatMap((path) => filesAt(root, path)).sort()) {
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update('\0')
  }
  return hash.digest('hex')
}

/** The files at a path, without those in folders named `dist` or `node_modules`. */
function filesAt(root: string, path: string): string[] {
  if (/(?:^|\/)(?:dist|node_modules)$/.test(path)) return []
  try {
    return readdirSync(join(root, path)).flatMap((name) => filesAt(root, `${path}/${name}`))
  } catch {
    return [path]
  }
}
