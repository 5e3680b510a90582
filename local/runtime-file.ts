import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { recordOf, stillRunning } from './processes.ts'

const runtimeFile = z.object({
  /** The number and start time of the process, by which a file that a crash left is known. */
  pid: z.int(),
  started: z.string(),
  port: z.int(),
  /** The laptop's AWS. */
  awsEndpoint: z.string(),
  /** May do everything there; good until the runtime stops. */
  credentials: z.object({
    accessKeyId: z.string(),
    secretAccessKey: z.string(),
    sessionToken: z.string(),
  }),
  databaseEndpoint: z.string(),
  /** The stack's outputs, the callback URL being the laptop's own. */
  outputs: z.record(z.string(), z.string()),
})

/** How the commands find a running laptop. */
export type RuntimeFile = z.infer<typeof runtimeFile>

const fileIn = (dataDir: string) => path.join(dataDir, 'runtime.json')

export function writeRuntimeFile(dataDir: string, content: Omit<RuntimeFile, 'pid' | 'started'>): void {
  const { pid, started = '' } = recordOf(process.pid) ?? { pid: process.pid }
  const text = JSON.stringify({ pid, started, ...content }, undefined, 2)
  writeFileSync(fileIn(dataDir), text, { mode: 0o600 })
}

export function removeRuntimeFile(dataDir: string): void {
  rmSync(fileIn(dataDir), { force: true })
}

/** Nothing if no runtime works on this directory. */
export function readRuntimeFile(dataDir: string): RuntimeFile | undefined {
  const file = fileIn(dataDir)
  if (!stillRunning(file)) return undefined
  return runtimeFile.parse(JSON.parse(readFileSync(file, 'utf8')))
}
