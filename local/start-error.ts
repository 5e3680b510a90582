import { printableLines } from '../protocol/text.ts'
import { mapStack } from './source-maps.ts'

/**
 * A problem that the developer can fix. The message says what is wrong and what to do, so it is printed without a stack
 * trace.
 */
export class StartError extends Error {
  override readonly name: string = 'StartError'
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EISDIR: 'it is a directory',
  ENOTDIR: 'part of the path is not a directory',
}

/** The code of a system error, such as `EACCES`; otherwise `''`. */
export function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

/** What a system error means, in words. */
export function systemReason(error: unknown): string {
  return reasons[systemCode(error)] ?? (error instanceof Error ? error.message : String(error))
}

/**
 * The text to print on the terminal for an error. Problems that the developer can fix, system errors and errors in the
 * sources need no stack trace. All others are bugs, and keep their stack traces.
 */
export const describeError = (error: unknown): string => printableLines(textOf(error))

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  // esbuild's message lists each error with its file and line.
  if (error instanceof StartError || 'errors' in error) return error.message
  if ('path' in error && systemCode(error) in reasons) {
    return `Cannot access ${error.path}: ${systemReason(error)}. Fix that, then start again.`
  }
  return mapStack(error.stack ?? error.message)
}
