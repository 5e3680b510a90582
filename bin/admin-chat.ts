import { buildApp } from '../lib/app.ts'
import { buildBundles } from '../lib/bundles.ts'
import { deployNote } from '../lib/deploy-note.ts'
import { SettingsError } from '../lib/settings.ts'
import { buildSite } from '../lib/site-files.ts'

const note = deployNote(process.env)
if (note !== undefined) console.error(note)
try {
  await buildSite()
  buildApp({ bundles: await buildBundles() })
} catch (error) {
  // The operator fixes an invalid setting; the message helps with that, a stack trace does not.
  if (!(error instanceof SettingsError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
