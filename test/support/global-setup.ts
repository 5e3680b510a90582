import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
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
    jwtSecret: testSecret,
    allowedOrigins: [demoOrigin],
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
