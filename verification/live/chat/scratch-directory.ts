import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** Creates a temporary directory that is removed when this process exits. */
export function scratchDirectory(): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'admin-chat-proof-'))
  process.once('exit', () => {
    try {
      rmSync(directory, { recursive: true, force: true, maxRetries: 3 })
    } catch {
      // Another process still writes to it; the operating system cleans up later.
    }
  })
  return directory
}
