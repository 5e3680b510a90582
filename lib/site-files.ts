import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { buildClientFiles } from './client-files.ts'
import { replaceFile } from './replace-file.ts'
import { isSiteBuilt, siteFolder, siteHashFile, siteSourceHash } from './site-folder.ts'

const projectRoot = fileURLToPath(new URL('..', import.meta.url))
const web = join(projectRoot, 'web')

/** Contents by path, such as `assets/index-3221.js`. */
type Files = ReadonlyMap<string, Buffer>

/** Builds the files that the site serves, unless they were built from the same sources before. */
export async function buildSite(outdir = siteFolder): Promise<void> {
  const hash = siteSourceHash()
  if (isSiteBuilt(outdir, hash)) return
  rmSync(siteHashFile(outdir), { force: true })
  await buildFiles(outdir)
  replaceFile(siteHashFile(outdir), hash, outdir)
}

/**
 * Builds the page, the element, the client library and the service worker. Files whose content stays the same are not
 * written again.
 */
async function buildFiles(outdir: string): Promise<void> {
  const [files] = await Promise.all([buildPageAndElement(), buildClientFiles(outdir)])
  const worker = await buildServiceWorker(files)
  // A page never appears before the files that it names.
  for (const [name, contents] of [...files].sort(([name]) => (isHashed(name) ? -1 : 1)))
    replaceFile(join(outdir, name), contents, outdir)
  replaceFile(join(outdir, 'service-worker.js'), worker, outdir)
  for (const name of namesIn(outdir)) if (isHashed(name) && !files.has(name)) rmSync(join(outdir, name))
}

const vite = join(dirname(createRequire(import.meta.url).resolve('vite/package.json')), 'bin', 'vite.js')

/** Runs Vite in a process of its own: Vite changes `NODE_ENV`, and would keep 130 MB in a process that goes on. */
async function buildPageAndElement(): Promise<Files> {
  const outdir = mkdtempSync(join(tmpdir(), 'site-'))
  try {
    const options = ['--outDir', outdir, '--configLoader', 'runner', '--logLevel', 'error']
    const env = { ...process.env, NODE_ENV: 'production' }
    await promisify(execFile)(process.execPath, [vite, 'build', web, ...options], { env })
    return new Map(namesIn(outdir).map((name) => [name, readFileSync(join(outdir, name))]))
  } finally {
    rmSync(outdir, { recursive: true })
  }
}

/** The service worker contains the names of the files that it keeps, so that it changes whenever one of them does. */
async function buildServiceWorker(files: Files): Promise<string> {
  const kept = [...files.keys()].filter((name) => isHashed(name) || /\.(svg|webmanifest)$/.test(name))
  const version = createHash('sha256')
  for (const [name, contents] of [...files].sort()) version.update(`${name}\n`).update(contents)
  const { outputFiles } = await build({
    entryPoints: [join(web, 'service-worker', 'service-worker.ts')],
    bundle: true,
    format: 'iife',
    target: 'es2022',
    minify: true,
    legalComments: 'none',
    logLevel: 'silent',
    write: false,
    define: {
      VERSION: JSON.stringify(version.digest('hex').slice(0, 16)),
      FILES: JSON.stringify(kept.map((name) => `/${name}`).sort()),
    },
  })
  return outputFiles[0]?.text ?? ''
}

/** Whether the name contains a hash of the content. */
const isHashed = (name: string) => name.startsWith('assets/')

function namesIn(folder: string): readonly string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
}
