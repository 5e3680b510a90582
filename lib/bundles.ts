import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BuildOptions, build, type OutputFile, stop } from 'esbuild'
import { type FunctionName, functionNames } from './permissions.ts'
import { replaceFile } from './replace-file.ts'

/** The folder of each function's code, ready to be zipped. */
export type BundleDirectories = Readonly<Record<FunctionName, string>>

export interface BundleOptions {
  /**
   * Folder of the TypeScript entry files, `<name>.ts` for each function.
   *
   * @default - lambdas/functions of this project
   */
  readonly functions?: string
  /**
   * Folder that receives `<name>/index.cjs` for each function, and a source map. The map of minified code is
   * `<name>.cjs.map`, beside the folder, so that it is not deployed.
   *
   * @default - dist/lambdas of this project
   */
  readonly outdir?: string
  /**
   * Whether the code stays as written and refers to its source map.
   *
   * @default false - minified: less to load at every cold start
   */
  readonly readable?: boolean
}

const projectRoot = fileURLToPath(new URL('..', import.meta.url))

/** How every function is bundled. */
export const bundling = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  // The laptop runs the same files as Lambda does, so the older of the two Node versions decides.
  target: 'node20',
  // The SDK's ES modules can be tree-shaken: a third less code to load at every cold start than with CommonJS.
  mainFields: ['module', 'main'],
  // Lambda and the laptop pass credentials in the environment. The SDK would load these packages only without such
  // credentials.
  external: [
    '@aws-sdk/credential-provider-http',
    '@aws-sdk/credential-provider-ini',
    '@aws-sdk/credential-provider-process',
    '@aws-sdk/credential-provider-sso',
    '@aws-sdk/credential-provider-web-identity',
    '@smithy/credential-provider-imds',
  ],
  alias: { semver: join(projectRoot, 'lib', 'semver.ts') },
  legalComments: 'none',
} as const satisfies BuildOptions

/** Bundles every function in one esbuild run, which is faster than a run for each. */
export async function buildBundles(options: BundleOptions = {}): Promise<BundleDirectories> {
  const functions = options.functions ?? join(projectRoot, 'lambdas', 'functions')
  const outdir = options.outdir ?? join(projectRoot, 'dist', 'lambdas')
  const readable = options.readable ?? false
  const building = build({
    ...bundling,
    absWorkingDir: projectRoot,
    entryPoints: Object.fromEntries(
      functionNames.map((name) => [`${name}/index`, join(functions, `${name}.ts`)]),
    ),
    outdir,
    outExtension: { '.js': '.cjs' },
    minify: !readable,
    sourcemap: readable ? 'linked' : 'external',
    // The map is only read where the sources are available.
    sourcesContent: false,
    logLevel: 'silent',
    write: false,
  })
  // Stops the process of esbuild, which would keep 200 MB.
  const { outputFiles } = await building.finally(stop)
  for (const file of outputFiles)
    replaceFile(destinationOf(file, readable), contentsOf(file, readable), outdir)
  return Object.fromEntries(functionNames.map((name) => [name, join(outdir, name)])) as BundleDirectories
}

/** The map of deployed code is kept outside of the folder that is deployed. */
const destinationOf = ({ path }: OutputFile, readable: boolean) =>
  readable ? path : path.replace(/[/\\]index\.cjs\.map$/, '.cjs.map')

/**
 * A source map names its sources in such a way that the map can be moved. Beside readable code, the paths are absolute.
 * Otherwise they are relative to the project, because the map may be kept longer than the folder of the project.
 */
function contentsOf({ path, contents, text }: OutputFile, readable: boolean): Uint8Array | string {
  if (!path.endsWith('.map')) return contents
  const map = JSON.parse(text) as { readonly sources: readonly string[] }
  const sources = map.sources.map((source) => resolve(dirname(path), source))
  return JSON.stringify({
    ...map,
    sources: readable ? sources : sources.map((source) => relative(projectRoot, source)),
  })
}
