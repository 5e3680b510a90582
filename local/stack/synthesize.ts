import type { Settings } from '../../lib/settings.ts'
import { readStack, type StackModel } from './model.ts'

export interface SynthesiseOptions {
  /** Where the cloud assembly goes; rewritten on every call. */
  readonly outdir: string
  readonly allowedOrigins: readonly string[]
  /** Settings of the stack that win over those of cdk.json. @default - none */
  readonly settings?: Partial<Settings> | undefined
}

export interface Synthesis {
  readonly stack: StackModel
  readonly bundleMillis: number
  readonly synthMillis: number
}

/**
 * Bundles the functions, synthesises the stack and reads it back from the template, all in this process.
 * CloudFormation's validation stays off: it costs 2.5 s, and `npm run synth` does it.
 */
export async function synthesise({
  outdir,
  allowedOrigins,
  settings,
}: SynthesiseOptions): Promise<Synthesis> {
  const start = performance.now()
  // Loaded only now, so that the engine starts while half a second of CDK is read.
  const [{ buildApp, STACK_NAME }, { buildBundles }] = await Promise.all([
    import('../../lib/app.ts'),
    import('../../lib/bundles.ts'),
  ])
  const loaded = performance.now()
  const bundles = buildBundles()
  const bundled = performance.now()
  buildApp({
    outdir,
    bundles,
    validate: false,
    settings: { allowedOrigins, connectionsPerAddress: 0, ...settings },
  }).synth()
  const stack = await readStack(outdir, STACK_NAME)
  const done = performance.now()
  return { stack, bundleMillis: bundled - loaded, synthMillis: loaded - start + (done - bundled) }
}
