import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { minify as minifyModule } from 'terser'
import { bundleDeclarations } from './declarations.ts'
import { replaceFile } from './replace-file.ts'

const client = fileURLToPath(new URL('../client', import.meta.url))
const library = 'index.ts'
/** The part that only Node can use: storage in a file. */
const fileStorage = 'node/file-storage.ts'

/** The sources of the files to build, by their names without an extension. */
type Entries = Readonly<Record<string, string>>

/** Builds the site's files: `client.js`, one ES module with everything that a browser needs, and `client.d.ts`. */
export const buildClientFiles = (outdir: string): Promise<void> =>
  buildFiles({ client: library }, outdir, { minify: true })

/** Builds the files of the npm package. The code stays readable, because a site that bundles it also minifies it. */
export const buildClientPackage = (outdir = join(client, 'dist')): Promise<void> =>
  buildFiles({ index: library, node: fileStorage }, outdir, { minify: false })

async function buildFiles(entries: Entries, outdir: string, { minify }: { minify: boolean }): Promise<void> {
  const [{ outputFiles }, declarations] = await Promise.all([
    build({
      absWorkingDir: client,
      entryPoints: { ...entries },
      outdir,
      bundle: true,
      // Lets the entries of the package share the classes of errors.
      splitting: true,
      format: 'esm',
      platform: 'neutral',
      external: ['node:*'],
      target: 'es2022',
      minify,
      legalComments: 'none',
      logLevel: 'silent',
      write: false,
    }),
    bundleDeclarations(client, Object.values(entries)),
  ])
  for (const { path, text } of outputFiles) {
    replaceFile(path, minify ? await smaller(text) : text, outdir)
  }
  for (const [index, name] of Object.keys(entries).entries()) {
    replaceFile(join(outdir, `${name}.d.ts`), declarations[index] ?? '', outdir)
  }
}

/** Minifies what esbuild has bundled. Every visitor pays for the size, and terser saves a tenth of it. */
async function smaller(text: string): Promise<string> {
  const { code } = await minifyModule(text, {
    module: true,
    ecma: 2020,
    // No function here is a constructor, no getter does anything but return a value, and no built-in object is changed.
    compress: { passes: 3, unsafe_arrows: true, pure_getters: true, unsafe: true, inline: 1 },
  })
  if (code === undefined) throw new Error('terser returned no code')
  return code
}
