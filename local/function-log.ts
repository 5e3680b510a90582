import { appendFileSync, chmodSync, mkdirSync, renameSync, statSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { dataDirError } from './data-dir.ts'
import type { Log } from './log.ts'

/** A full file is renamed to `<function>.jsonl.1`, which replaces the earlier file of that name. */
const MAX_BYTES = 10 * 1024 * 1024

/** Folder of the functions' logs in a data directory. */
export const logFolder = (dataDir: string) => path.join(dataDir, 'logs')

/**
 * Keeps the output of each function in a file, as CloudWatch keeps it in a log group. Passes on what a developer should
 * see at once, which is everything except the lines about invocations and metrics, and lines of the level debug.
 */
export function createFunctionLog(dataDir: string, show: Log): Log {
  const folder = logFolder(dataDir)
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw dataDirError(dataDir, error)
  }
  const files = new Map<string, (line: string) => void>()
  const fileOf = (name: string) => {
    const append = files.get(name) ?? openFile(path.join(folder, `${name}.jsonl`))
    files.set(name, append)
    return append
  }
  return (name, line) => {
    const entry = parseEntry(line)
    try {
      fileOf(name)(entry ? line : JSON.stringify({ timestamp: new Date().toISOString(), message: line }))
    } catch (error) {
      show(name, `its log cannot be written: ${error}`)
    }
    if (!entry || isShown(entry)) show(name, line)
  }
}

function openFile(file: string): (line: string) => void {
  let bytes = statSync(file, { throwIfNoEntry: false })?.size ?? 0
  if (bytes > 0) chmodSync(file, 0o600)
  return (line) => {
    const text = `${line}\n`
    if (bytes > 0 && bytes + Buffer.byteLength(text) > MAX_BYTES) {
      renameSync(file, `${file}.1`)
      bytes = 0
    }
    appendFileSync(file, text, { mode: 0o600 })
    bytes += Buffer.byteLength(text)
  }
}

const entrySchema = z.object({
  level: z.string().optional(),
  message: z.unknown().optional(),
  _aws: z.unknown().optional(),
})

function parseEntry(line: string): z.infer<typeof entrySchema> | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    return entrySchema.safeParse(JSON.parse(line)).data
  } catch {
    return undefined
  }
}

function isShown({ level, message, _aws }: z.infer<typeof entrySchema>): boolean {
  const isInvocation =
    typeof message === 'object' && message !== null && 'event' in message && message.event === 'invocation'
  return !isInvocation && level !== 'DEBUG' && _aws === undefined
}
