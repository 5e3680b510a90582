import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { z } from 'zod'

/** A process as a file remembers it. Its start time tells it from a later one that was given the same number. */
export interface ProcessRecord {
  readonly pid: number
  readonly started: string
}

const processRecord = z.object({ pid: z.int().positive(), started: z.string() })

/** The record of a running process, or nothing if there is none with this number. */
export function recordOf(pid: number): ProcessRecord | undefined {
  const started = process.platform === 'linux' ? startedOnLinux(pid) : startedElsewhere(pid)
  return started === undefined ? undefined : { pid, started }
}

/** What a file remembers, if that process still runs. */
export function stillRunning(file: string): ProcessRecord | undefined {
  try {
    const record = processRecord.parse(JSON.parse(readFileSync(file, 'utf8')))
    return recordOf(record.pid)?.started === record.started ? record : undefined
  } catch {
    // No file, or one that a crash cut short: it remembers nothing.
    return undefined
  }
}

function startedOnLinux(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The command may hold spaces and parentheses, so fields are counted from behind it. A zombie has ended.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? undefined : fields[19]
  } catch {
    return undefined
  }
}

function startedElsewhere(pid: number): string | undefined {
  try {
    const text = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' })
    return text.trim() || undefined
  } catch {
    return undefined
  }
}
