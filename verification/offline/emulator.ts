import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { environment } from '../../lambdas/environment.ts'
import type { Credentials } from '../../local/aws/iam/identities.ts'
import { functionEnvironment } from '../../local/aws/lambda/environment.ts'
import type { Invoke } from '../../local/aws/lambda/invoke.ts'
import type { StackModel } from '../../local/stack/model.ts'
import { type Ports, writeConfiguration } from './configuration.ts'

const modules = fileURLToPath(new URL('./packages/node_modules', import.meta.url))
const START_TIMEOUT_MS = 120_000

export interface EmulatorOptions {
  readonly folder: string
  readonly stack: StackModel
  readonly ports: Ports
  readonly awsEndpoint: string
  readonly credentialsOf: (functionId: string) => Credentials | undefined
}

/** Starts serverless-offline with the bundles of the stack; resolves once it answers. */
export async function startEmulator({ folder, stack, ports, awsEndpoint, credentialsOf }: EmulatorOptions) {
  symlinkSync(modules, path.join(folder, 'node_modules'))
  writeConfiguration(folder, {
    stack,
    ports,
    environmentOf(id) {
      const model = stack.functions.get(id)
      const credentials = credentialsOf(id)
      if (!model || !credentials) throw new Error(`the stack has no function ${id}`)
      const variables = functionEnvironment(model, credentials, awsEndpoint)
      if (variables[environment.callbackUrl] === undefined) return variables
      return { ...variables, [environment.callbackUrl]: `http://localhost:${ports.socket}` }
    },
  })
  const require = createRequire(path.join(modules, 'index.js'))
  const bin = path.join(path.dirname(require.resolve('serverless/package.json')), 'bin/serverless.js')
  const child = spawn(process.execPath, [bin, 'offline', 'start', '--noPrependStageInUrl'], {
    cwd: folder,
    env: { ...process.env, SLS_TELEMETRY_DISABLED: '1', SLS_NOTIFICATIONS_MODE: 'off' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output: string[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => output.push(String(data)))
  try {
    await isReady(child, `http://localhost:${ports.http}/api/health`)
  } catch (error) {
    child.kill('SIGKILL')
    throw new Error(`${error}\n${output.join('')}`)
  }
  return {
    /** The output of serverless-offline so far. */
    output: () => output.join(''),
    async stop() {
      child.kill('SIGKILL')
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    },
  }
}

async function isReady(child: ChildProcess, url: string): Promise<void> {
  const until = performance.now() + START_TIMEOUT_MS
  while (performance.now() < until) {
    if (child.exitCode !== null) throw new Error(`serverless-offline ended with exit code ${child.exitCode}`)
    const response = await fetch(url).catch(() => undefined)
    if (response?.ok) return
    await delay(200)
  }
  throw new Error(`serverless-offline did not answer within ${START_TIMEOUT_MS / 1000} s`)
}

/** Invokes a function through the emulator's Lambda API. */
export const invokeThrough =
  ({ lambda }: Ports): Invoke =>
  async (functionId, event) => {
    const url = `http://localhost:${lambda}/2015-03-31/functions/admin-chat-dev-${functionId}/invocations`
    const response = await fetch(url, { method: 'POST', body: JSON.stringify(event) })
    const text = await response.text()
    if (!response.ok) throw new Error(`${functionId}: ${text}`)
    return text === '' ? undefined : JSON.parse(text)
  }
