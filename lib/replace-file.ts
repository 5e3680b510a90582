import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * Writes a temporary file and renames it into place, so that another process reads either the old file or the new one,
 * never half of one.
 */
export function replaceFile(path: string, contents: Uint8Array | string, temporaryFolder: string): void {
  if (existsSync(path) && readFileSync(path).equals(Buffer.from(contents))) return
  mkdirSync(dirname(path), { recursive: true })
  mkdirSync(temporaryFolder, { recursive: true })
  const temporary = join(temporaryFolder, `.${process.pid}.tmp`)
  writeFileSync(temporary, contents)
  renameSync(temporary, path)
}
