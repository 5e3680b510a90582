import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { z } from 'zod'

const processRecord = z.object({ pid: z.int().positive(), started: z.string() })

/** A process as recorded in a file. The start time distinguishes it from a later process with the same id. */
export type ProcessRecord = Readonly<z.infer<typeof processRecord>>

/** The record of a running process; undefined if no process has this id. */
export function recordOf(pid: number): ProcessRecord | undefined {
  try {
    const started = process.platform === 'linux' ? startedOnLinux(pid) : startedElsewhere(pid)
    return started ? { pid, started } : undefined
  } catch {
    return undefined
  }
}

export function currentProcess(): ProcessRecord {
  return recordOf(process.pid) ?? { pid: process.pid, started: '' }
}

/** The process recorded in a file, if it is still running. */
export function stillRunning(file: string): ProcessRecord | undefined {
  try {
    const record = processRecord.parse(JSON.parse(readFileSync(file, 'utf8')))
    return recordOf(record.pid)?.started === record.started ? record : undefined
  } catch {
    // There is no file, or a crash left half of one.
    return undefined
  }
}

function startedOnLinux(pid: number): string | undefined {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The name of the command may contain spaces and parentheses, so the fields are counted from its end. A zombie (Z)
  // has exited.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields[0] === 'Z' ? undefined : fields[19]
}

function startedElsewhere(pid: number): string {
  return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim()
}
