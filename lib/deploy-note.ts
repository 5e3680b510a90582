/** The environment variable with which `npm run deploy` says that it compares the settings. */
export const SETTINGS_COMPARED = 'ADMIN_CHAT_SETTINGS_COMPARED'

/**
 * The note to print before the CDK goes on; undefined if nothing can be lost. The app does not know which command of
 * the CDK has called it, so it only warns.
 */
export function deployNote(env: Readonly<Record<string, string | undefined>>): string | undefined {
  if (env[SETTINGS_COMPARED] !== undefined || env['npm_lifecycle_event'] === 'synth') return undefined
  return (
    'Note: "cdk deploy" does not compare the settings with those of the deployed stack, so it can lose allowed ' +
    'origins or change the key of all tokens. Use "npm run deploy" instead.'
  )
}
