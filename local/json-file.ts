import { readFileSync } from 'node:fs'
import { StartError, systemCode, systemReason } from './start-error.ts'

/** The content of a JSON file. Throws a `StartError` that says why it cannot be read. */
export function readJsonFile(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new StartError(`${file} ${problemOf(error)}.`)
  }
}

function problemOf(error: unknown): string {
  // The message of a syntax error may quote several lines.
  if (error instanceof SyntaxError) return `is not JSON: ${error.message.replaceAll(/\s+/g, ' ')}`
  return systemCode(error) === 'ENOENT' ? 'does not exist' : `cannot be read: ${systemReason(error)}`
}
