import { App, AssetStaging, Tags } from 'aws-cdk-lib'
import cdk from '../cdk.json' with { type: 'json' }
import type { BundleDirectories } from './bundles.ts'
import { ChatStack } from './chat-stack.ts'
import { edgeNameOf, needsEdgeStack } from './edge-name.ts'
import { EdgeStack } from './edge-stack.ts'
import { readSettings, type Settings } from './settings.ts'
import { siteFolder } from './site-folder.ts'
import { STACK_NAME, TAG } from './stack-name.ts'

export interface AppOptions {
  /**
   * Settings that override those in the context.
   *
   * @default - cdk.json and `cdk -c name=value`, then each setting's own default
   */
  readonly settings?: Partial<Settings>
  /**
   * Additional CDK context. A key without `:` or `/` is a setting.
   *
   * @default - none
   */
  readonly context?: Readonly<Record<string, unknown>>
  /**
   * Folder where `app.synth()` writes the template, the asset manifest and the assets.
   *
   * @default - the CDK CLI's output folder, or a temporary folder without the CLI
   */
  readonly outdir?: string
  /**
   * Whether synthesis runs the CDK's built-in CloudFormation validation, which takes about 2.5 s and 330 MB.
   *
   * @default true
   */
  readonly validate?: boolean
  /** Folders that contain an `index.cjs`, one for each function. */
  readonly bundles: BundleDirectories
  /**
   * Folder with the files of the site.
   *
   * @default - dist/site of this project, which `buildSite` has filled
   */
  readonly siteFiles?: string
}

/**
 * Creates the app with its stack, and a second stack in us-east-1 if the settings need one; `app.synth()` writes the
 * templates. Throws a `SettingsError` if a setting is invalid.
 */
export function buildApp(options: AppOptions): App {
  const app = new App({
    analyticsReporting: false,
    builtinCloudFormationValidation: options.validate ?? true,
    // The CDK CLI passes this context itself; tests and the laptop need the same feature flags and settings.
    context: { ...cdk.context, ...options.context },
    ...(options.outdir === undefined ? {} : { outdir: options.outdir }),
  })
  const settings = readSettings({ ...app.node.getAllContext(), ...options.settings })
  // The CDK caches asset hashes by path for the life of the process, but the code may have changed since.
  AssetStaging.clearAssetHashCache()
  // CloudFormation adds the tags of a stack to its resources, even to the few that the CDK writes without tags.
  const tags = { [TAG.key]: TAG.value }
  const edge = needsEdgeStack(settings)
    ? new EdgeStack(app, edgeNameOf(STACK_NAME), { settings, tags })
    : undefined
  const { bundles, siteFiles = siteFolder } = options
  new ChatStack(app, STACK_NAME, { settings, bundles, siteFiles, edge, tags })
  // Only the CDK's commands apply the tags of a stack. Without them, the tags in the template are the only ones.
  Tags.of(app).add(TAG.key, TAG.value)
  return app
}
