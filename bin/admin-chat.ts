import { buildApp } from '../lib/app.ts'
import { buildBundles } from '../lib/bundles.ts'
import { SettingsError } from '../lib/settings.ts'
import { buildSite } from '../lib/site-files.ts'

try {
  await buildSite()
  buildApp({ bundles: await buildBundles() })
} catch (error) {
  // The operator fixes an invalid setting; the message helps with that, a stack trace does not.
  if (!(error instanceof SettingsError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
