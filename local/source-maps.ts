import { readFileSync } from 'node:fs'
import { SourceMap } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const maps = new Map<string, SourceMap | undefined>()

/**
 * Replaces positions in bundles (`/…/index.cjs:10:20`, also of the laptop itself) by those in the TypeScript sources.
 * This is done where errors are printed, because with `--enable-source-maps`, every container would parse its source
 * map when it starts.
 *
 * @param mapFileOf the source map of a bundle. @default - the source map beside the bundle
 */
export function mapStack(text: string, mapFileOf = (bundle: string) => `${bundle}.map`): string {
  return text.replaceAll(
    /((?:file:\/\/)?\/?[^\s()"]+\.[cm]js):(\d+):(\d+)/g,
    (position, location: string, line: string, column: string) => {
      const bundle = location.startsWith('file:') ? fileURLToPath(location) : location
      // Lines and columns count from 1 in a stack and from 0 in a source map.
      const entry = readMap(mapFileOf(bundle))?.findEntry(Number(line) - 1, Number(column) - 1)
      if (!entry || !('originalSource' in entry)) return position
      // The path is absolute, or relative to the bundle or to the project (lib/bundles.ts).
      const base = entry.originalSource.startsWith('.') ? path.dirname(bundle) : root
      const source = path.resolve(base, entry.originalSource)
      return `${path.relative(root, source)}:${entry.originalLine + 1}:${entry.originalColumn + 1}`
    },
  )
}

/** Undefined if there is no such file. */
function readMap(file: string): SourceMap | undefined {
  if (!maps.has(file)) maps.set(file, parseMap(file))
  return maps.get(file)
}

function parseMap(file: string): SourceMap | undefined {
  try {
    return new SourceMap(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return undefined
  }
}
