import { mkdtempSync } from 'node:fs'
import path from 'node:path'
import type { Settings } from '../../lib/settings.ts'
import { StartError } from '../start-error.ts'
import { readStack } from './model.ts'

export interface SynthesizeOptions {
  /** Receives the cloud assembly and, in `bundles`, the code of the functions. */
  readonly outdir: string
  readonly allowedOrigins: readonly string[]
  /** Stack settings that override those of cdk.json. @default - none */
  readonly settings?: Partial<Settings> | undefined
}

/** What needs AWS, even if cdk.json sets it: an own domain and the firewall. */
const notEmulated = { domainName: undefined, certificateArn: undefined, hostedZoneId: undefined, waf: false }

/**
 * Bundles the functions, synthesizes the stack and reads it back from the template, all in this process.
 * CloudFormation's validation is off: it takes 2.5 s, and `npm run synth` runs it.
 */
export async function synthesize({ outdir, allowedOrigins, settings }: SynthesizeOptions) {
  const start = performance.now()
  // Imported here, so that the engine starts while half a second of CDK loads.
  const [{ buildApp, STACK_NAME }, { buildBundles }, { SettingsError }] = await Promise.all([
    import('../../lib/app.ts'),
    import('../../lib/bundles.ts'),
    import('../../lib/settings.ts'),
  ])
  const loaded = performance.now()
  const bundles = buildBundles({ outdir: path.join(outdir, 'bundles'), readable: true })
  const bundled = performance.now()
  try {
    buildApp({
      outdir,
      bundles,
      validate: false,
      // Run the bundles where they are: a copy would break the relative paths in their source maps.
      context: { 'aws:cdk:disable-asset-staging': true },
      // The runtime serves the files of its own data directory.
      siteFiles: mkdtempSync(path.join(outdir, 'site-')),
      settings: { allowedOrigins, connectionsPerAddress: 0, ...notEmulated, ...settings },
    }).synth()
  } catch (error) {
    throw error instanceof SettingsError ? new StartError(`cdk.json: ${error.message}`) : error
  }
  const stack = await readStack(outdir, STACK_NAME)
  const done = performance.now()
  return { stack, bundleMs: bundled - loaded, synthMs: loaded - start + (done - bundled) }
}
