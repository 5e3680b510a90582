import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'

/**
 * For each entry below the root, returns one self-contained text that declares everything that the entry exports. No
 * bundler of declarations works with this version of TypeScript, so the files that `tsc` writes are joined here.
 */
export async function bundleDeclarations(root: string, entries: readonly string[]): Promise<string[]> {
  const outdir = mkdtempSync(join(tmpdir(), 'declarations-'))
  try {
    await emitDeclarations(root, entries, outdir)
    return entries.map((entry) => joinDeclarations(declarationFile(join(outdir, entry))))
  } finally {
    rmSync(outdir, { recursive: true })
  }
}

const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc')

/** Leaves the types unchecked, which takes a fraction of the time: `npm run typecheck` checks them. */
async function emitDeclarations(root: string, entries: readonly string[], outdir: string): Promise<void> {
  const options = '--ignoreConfig --noCheck --strict --skipLibCheck --declaration --emitDeclarationOnly'
  const language =
    '--target es2022 --lib es2023,dom --module nodenext --types node --allowImportingTsExtensions'
  const files = entries.map((entry) => join(root, entry))
  const arguments_ = [...options.split(' '), ...language.split(' '), '--rootDir', root, '--outDir', outdir]
  await promisify(execFile)(process.execPath, [tsc, ...arguments_, ...files])
}

const declarationFile = (source: string) => source.replace(/\.ts$/, '.d.ts')

/** An import or a re-export from another file, as `tsc` writes it. */
const FROM = /^(import|export)(?: type)? (\*|\{[^}]*\}) from ['"](\.[^'"]+)['"];\n?/gm
/** Marks a file without other exports as a module. */
const EMPTY = /^export \{\};\n?/gm
/** A declaration at the top of a file; the parts are `export `, the rest before the name, and the name. */
const DECLARATION =
  /^(export )?((?:declare )?(?:abstract )?(?:interface|type|class|function|const|enum) )(\w+)/gm

/** Joins the file with all files that it imports from, and exports what the file exports. */
function joinDeclarations(entry: string): string {
  const declaredIn = new Map<string, string>()
  const exportsOf = new Map<string, Set<string>>()
  const texts: string[] = []

  const add = (file: string): Set<string> => {
    const known = exportsOf.get(file)
    if (known) return known
    const exported = new Set<string>()
    exportsOf.set(file, exported)
    const withoutImports = readFileSync(file, 'utf8').replace(FROM, (_, keyword, names, from) => {
      const dependency = add(declarationFile(resolve(dirname(file), from)))
      if (keyword === 'import' && / as /.test(names)) throw new Error(`${file} renames an import: ${names}`)
      if (keyword === 'export') for (const name of namesIn(names, dependency)) exported.add(name)
      return ''
    })
    const text = withoutImports.replace(EMPTY, '').replace(DECLARATION, (_, isExported, kind, name) => {
      if ((declaredIn.get(name) ?? file) !== file)
        throw new Error(`${name} is declared twice, also in ${file}`)
      declaredIn.set(name, file)
      if (isExported) exported.add(name)
      return `${kind}${name}`
    })
    const unknown = /^(?:import|export)\b.*|.*\bimport\(.*/m.exec(text)
    if (unknown) throw new Error(`${file} cannot be joined with others: ${unknown[0]}`)
    if (text.trim() !== '') texts.push(text.trim())
    return exported
  }

  const exported = add(entry)
  return `${texts.join('\n\n')}\n\nexport { ${[...exported].sort().join(', ')} };\n`
}

/** The names in `{ A, type B }`, or all that the file exports for `*`. */
function namesIn(names: string, exported: ReadonlySet<string>): readonly string[] {
  if (names === '*') return [...exported]
  const listed = names.slice(1, -1).split(',')
  return listed.map((name) => name.replace(/^\s*(?:type )?/, '').trim()).filter((name) => name !== '')
}
