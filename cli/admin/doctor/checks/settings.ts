import { readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { CloudFormationClient } from '@aws-sdk/client-cloudformation'
import { count } from '../../../columns.ts'
import { deployedSettings } from '../../../deploy/deployed-stack.ts'
import { type Check, note, ok } from '../check.ts'

const cdkJson = new URL('../../../../cdk.json', import.meta.url)

/** Whether the next deployment from this folder changes settings, for example because the last one had `-c` options. */
export const settings: Check = {
  name: 'settings',
  async run({ stack }) {
    if (stack === undefined) return []
    const deployed = await deployedSettings(new CloudFormationClient(), stack)
    if (deployed === undefined) {
      return note(
        'The deployed stack does not record its settings, so they cannot be compared with cdk.json.',
        'Deploy the current version.',
      )
    }
    // Imported here, because it loads the CDK.
    const { readSettings } = await import('../../../../lib/settings.ts')
    const next: Readonly<Record<string, unknown>> = readSettings(
      JSON.parse(readFileSync(cdkJson, 'utf8')).context,
    )
    const names = [...new Set([...Object.keys(deployed), ...Object.keys(next)])].filter(
      (name) => !isDeepStrictEqual(deployed[name], next[name]),
    )
    if (names.length === 0) return ok('The deployed settings are those of cdk.json.')
    const changes = names.map((name) => `${name} from ${textOf(deployed[name])} to ${textOf(next[name])}`)
    return note(
      `A deployment from this folder without options would change ${count(names.length, 'setting')}: ${changes.join('; ')}.`,
      'Write the settings that you want to keep into "context" of cdk.json.',
    )
  },
}

const textOf = (value: unknown) => (value === undefined ? 'none' : JSON.stringify(value))
