import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** A directory that is gone when this process is. */
export function scratchDirectory(): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'admin-chat-proof-'))
  process.once('exit', () => {
    try {
      rmSync(directory, { recursive: true, force: true, maxRetries: 3 })
    } catch {
      // Somebody still writes there; the system tidies up some day.
    }
  })
  return directory
}
