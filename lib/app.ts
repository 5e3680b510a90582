import { readFileSync } from 'node:fs'
import { App, AssetStaging } from 'aws-cdk-lib'
import { type BundleDirectories, buildBundles } from './bundles.ts'
import { ChatStack } from './chat-stack.ts'
import { readSettings, type Settings } from './settings.ts'

/** The stack's name in CloudFormation and of its template file, `<outdir>/AdminChat.template.json`. */
export const STACK_NAME = 'AdminChat'

export interface AppOptions {
  /**
   * Settings that win over the context's.
   *
   * @default - what cdk.json and `cdk -c name=value` say, otherwise the default of each setting
   */
  readonly settings?: Partial<Settings>
  /**
   * More CDK context; a key without `:` or `/` is a setting.
   *
   * @default - none
   */
  readonly context?: Readonly<Record<string, unknown>>
  /**
   * Where `app.synth()` writes the template, the asset manifest and the assets.
   *
   * @default - the CDK CLI's output folder, or a temporary one without the CLI
   */
  readonly outdir?: string
  /**
   * Whether synthesis runs the CloudFormation validation of the library, which takes about 2.5 s and 330 MB.
   *
   * @default true
   */
  readonly validate?: boolean
  /**
   * Folders that already hold an `index.cjs` for each function.
   *
   * @default - bundled from lambdas/functions on every call
   */
  readonly bundles?: BundleDirectories
}

/** Makes the app with its one stack; `app.synth()` writes it. Throws a SettingsError for a wrong setting. */
export function buildApp(options: AppOptions = {}): App {
  const app = new App({
    analyticsReporting: false,
    builtinCloudFormationValidation: options.validate ?? true,
    context: { ...projectContext(), ...options.context },
    ...(options.outdir === undefined ? {} : { outdir: options.outdir }),
  })
  const settings = readSettings({ ...app.node.getAllContext(), ...options.settings })
  const bundles = options.bundles ?? buildBundles()
  // The library remembers an asset by its path for the life of the process; the code may have changed since.
  AssetStaging.clearAssetHashCache()
  new ChatStack(app, STACK_NAME, { settings, bundles })
  return app
}

/** The CLI passes this by itself; tests and the laptop must see the same feature flags and settings. */
function projectContext(): Record<string, unknown> {
  const file: { context: Record<string, unknown> } = JSON.parse(
    readFileSync(new URL('../cdk.json', import.meta.url), 'utf8'),
  )
  return file.context
}
