import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { currentProcess, stillRunning } from './processes.ts'

const runtimeFile = z.object({
  /** Id and start time of the process, to detect a file that a crash left behind. */
  pid: z.int(),
  started: z.string(),
  /** Epoch milliseconds. */
  startedAt: z.number(),
  port: z.int(),
  /** URL of the emulated AWS services. */
  awsEndpoint: z.string(),
  /** These credentials allow every action of these services, and are valid until the runtime stops. */
  credentials: z.object({
    accessKeyId: z.string(),
    secretAccessKey: z.string(),
    sessionToken: z.string(),
  }),
  databaseEndpoint: z.string(),
  /** The faults that are on, in words. */
  faults: z.string().optional(),
  /** The stack's outputs, with the callback URL and the queue URL of the laptop. */
  outputs: z.record(z.string(), z.string()),
})

/** The information that the commands need to find a running chat. */
export type RuntimeFile = z.infer<typeof runtimeFile>

const fileIn = (dataDir: string) => path.join(dataDir, 'runtime.json')

export function writeRuntimeFile(
  dataDir: string,
  content: Omit<RuntimeFile, 'pid' | 'started' | 'startedAt'>,
): void {
  const text = JSON.stringify({ ...currentProcess(), startedAt: Date.now(), ...content }, undefined, 2)
  writeFileSync(fileIn(dataDir), text, { mode: 0o600 })
}

export function removeRuntimeFile(dataDir: string): void {
  rmSync(fileIn(dataDir), { force: true })
}

/** Undefined if no runtime uses this directory. */
export function readRuntimeFile(dataDir: string): RuntimeFile | undefined {
  const file = fileIn(dataDir)
  if (!stillRunning(file)) return undefined
  return runtimeFile.parse(JSON.parse(readFileSync(file, 'utf8')))
}
