import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { logToStandardError } from '../../local/log.ts'
import { quietSdk } from '../../local/quiet-sdk.ts'
import { startRuntime } from '../../local/runtime.ts'
import { demoOrigin, testSecret } from './constants.ts'

let release: () => Promise<void> = async () => undefined

export async function setup(project: TestProject): Promise<void> {
  quietSdk()
  const dataDir = await mkdtemp(join(tmpdir(), 'admin-chat-test-'))
  const runtime = await startRuntime({
    port: 0,
    dataDir,
    // Runs the tests against another engine, such as DynamoDB Local.
    databaseEndpoint: process.env['AWS_ENDPOINT_URL_DYNAMODB'],
    jwtSecret: testSecret,
    allowedOrigins: [demoOrigin],
    // The tests refuse tokens and change memberships all the time.
    log: (source, text) => {
      if (!text.startsWith('{"level":"info"')) logToStandardError(source, text)
    },
  })
  project.provide('url', runtime.url)
  project.provide('socketUrl', runtime.socketUrl)
  project.provide('dataDir', dataDir)
  project.provide('databaseEndpoint', runtime.databaseEndpoint)
  project.provide('tables', runtime.tables)
  release = async () => {
    await runtime.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}

export const teardown = () => release()

declare module 'vitest' {
  export interface ProvidedContext {
    url: string
    socketUrl: string
    /** Where the CLI commands find the running chat. */
    dataDir: string
    databaseEndpoint: string
    /** Table names by logical purpose: connections, conversations, invitations, users. */
    tables: { connections: string; conversations: string; invitations: string; users: string }
  }
}
