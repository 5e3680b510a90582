import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SETTINGS_COMPARED } from '../../lib/deploy-note.ts'
import { STACK_NAME } from '../../lib/stack-name.ts'
import { isRecord, type Values } from './settings.ts'

/** The CDK's command line. */
export interface Cdk {
  /** Runs a command with this terminal; rejects with a `CdkError` if it fails. */
  run(...args: readonly string[]): Promise<void>
  /** The settings of the stack that the last `synth` has written. */
  settings(): Values
}

/** A command of the CDK failed, and has already printed why. */
export class CdkError extends Error {
  override readonly name = 'CdkError'
}

const projectRoot = fileURLToPath(new URL('../..', import.meta.url))
const bin = createRequire(import.meta.url).resolve('aws-cdk/bin/cdk')

/** The folder that `cdk synth` writes, named in cdk.json. */
export const ASSEMBLY = 'cdk.out'

/** The CDK of this project, for this Region. If no Region were passed, the CDK would use us-east-1. */
export const cdkRunner = (region: string): Cdk => ({
  async run(...args) {
    const env = { ...process.env, AWS_REGION: region, [SETTINGS_COMPARED]: 'true' }
    const child = spawn(process.execPath, [bin, ...args], { cwd: projectRoot, stdio: 'inherit', env })
    const [code] = await once(child, 'exit')
    if (code !== 0) throw new CdkError(`"cdk ${args[0]}" failed; see above.`)
  },
  settings() {
    const file = join(projectRoot, ASSEMBLY, `${STACK_NAME}.template.json`)
    const template: unknown = JSON.parse(readFileSync(file, 'utf8'))
    const metadata = isRecord(template) ? template['Metadata'] : undefined
    const settings = isRecord(metadata) ? metadata['Settings'] : undefined
    if (!isRecord(settings)) throw new Error(`${file} does not contain the settings of the stack`)
    return settings
  },
})
