import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { buildBundles } from '../../lib/bundles.ts'
import type { Settings } from '../../lib/settings.ts'
import { STACK_NAME } from '../../lib/stack-name.ts'
import { StartError } from '../start-error.ts'

export interface AssembleOptions {
  /** Receives `bundles`, the template and its asset manifest. */
  readonly folder: string
  /** Settings that override those of cdk.json. */
  readonly settings: Partial<Settings>
}

/** Settings that need AWS, and are off on the laptop even if cdk.json sets them: an own domain and the firewall. */
const notEmulated = { domainName: undefined, certificateArn: undefined, hostedZoneId: undefined, waf: false }

/**
 * Bundles the functions and synthesizes the stack. The result does not depend on its folder, so that it can be copied.
 * CloudFormation's validation is off, because it takes 2.5 s, and `npm run synth` runs it.
 */
export async function assemble({ folder, settings }: AssembleOptions): Promise<void> {
  const bundling = buildBundles({ outdir: path.join(folder, 'bundles'), readable: true })
  // Imported here, so that the functions are bundled while the CDK loads, which takes half a second.
  const [{ buildApp }, { SettingsError }, bundles] = await Promise.all([
    import('../../lib/app.ts'),
    import('../../lib/settings.ts'),
    bundling,
  ])
  const outdir = path.join(folder, 'cdk.out')
  // The runtime serves the files of the site from their own folder.
  const siteFiles = path.join(folder, 'site')
  mkdirSync(siteFiles)
  try {
    buildApp({
      outdir,
      bundles,
      validate: false,
      context: { 'aws:cdk:disable-asset-staging': true },
      siteFiles,
      settings: { connectionsPerAddress: 0, ...notEmulated, ...settings },
    }).synth()
  } catch (error) {
    throw error instanceof SettingsError ? new StartError(`cdk.json: ${error.message}`) : error
  }
  copyFileSync(
    path.join(outdir, `${STACK_NAME}.template.json`),
    path.join(folder, `${STACK_NAME}.template.json`),
  )
  const manifest = readFileSync(path.join(outdir, `${STACK_NAME}.assets.json`), 'utf8')
  const absolute = JSON.stringify(folder + path.sep).slice(1, -1)
  writeFileSync(path.join(folder, `${STACK_NAME}.assets.json`), manifest.replaceAll(absolute, ''))
  for (const unused of [outdir, siteFiles]) rmSync(unused, { recursive: true })
}
