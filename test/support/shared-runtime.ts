import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { logToStandardError } from '../../local/log.ts'
import { quietSdk } from '../../local/quiet-sdk.ts'
import { startRuntime } from '../../local/runtime.ts'
import type { RuntimeOptions } from '../../local/runtime-types.ts'
import { testSecret } from './constants.ts'

/** Starts the chat that all tests of a project share; resolves with a function that stops it. */
export async function shareRuntime(
  project: TestProject,
  options: Pick<RuntimeOptions, 'allowedOrigins'>,
): Promise<() => Promise<void>> {
  quietSdk()
  const dataDir = await mkdtemp(join(tmpdir(), 'admin-chat-test-'))
  const runtime = await startRuntime({
    port: 0,
    dataDir,
    // Runs the tests against another engine, such as DynamoDB Local.
    databaseEndpoint: process.env['AWS_ENDPOINT_URL_DYNAMODB'],
    jwtSecret: testSecret,
    ...options,
    // The tests refuse tokens and change memberships all the time.
    log: (source, text) => {
      if (!text.includes('"level":"INFO"')) logToStandardError(source, text)
    },
  })
  project.provide('url', runtime.url)
  project.provide('socketUrl', runtime.socketUrl)
  project.provide('dataDir', dataDir)
  project.provide('databaseEndpoint', runtime.databaseEndpoint)
  project.provide('tables', runtime.tables)
  return async () => {
    await runtime.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}

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
