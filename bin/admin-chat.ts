import { buildApp } from '../lib/app.ts'
import { SettingsError } from '../lib/settings.ts'

try {
  buildApp()
} catch (error) {
  // A wrong setting is the operator's to mend: the sentences help, a stack trace does not.
  if (!(error instanceof SettingsError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
