import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { vi } from 'vitest'
import { buildClientFiles } from '../../../lib/client-files.ts'

// The tests of the whole chat, with the library as it is served: minified.

vi.mock('../../../client/index.ts', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'admin-chat-'))
  await buildClientFiles(folder)
  const library = await import(join(folder, 'client.js'))
  rmSync(folder, { recursive: true })
  return library
})

// They may have run in this process before.
vi.resetModules()
await import('./chat.test.ts')
await import('./incomplete-frames.test.ts')
