import path from 'node:path'
import type { User } from '../lambdas/model.ts'
import { type FaultSettings, FaultsError, readFaultsFile } from './faults/options.ts'
import { demoUsersFile, readUsersFile, UsersFileError } from './users-file.ts'

/** What an operator of the laptop may choose. */
export interface Settings {
  /** 0 stands for any free port. */
  readonly port: number
  /** Absolute; holds the database, the secret that was made, and what the commands need to find the runtime. */
  readonly dataDir: string
  /** Nothing: one is made, and kept in the data directory. */
  readonly jwtSecret: string | undefined
  readonly users: readonly User[]
  /** Whether the users are the demo ones. */
  readonly demo: boolean
  /** Nothing: the default origins and the local page's own. */
  readonly allowedOrigins: readonly string[] | undefined
  /** Use this engine instead of the embedded one. */
  readonly databaseEndpoint: string | undefined
  /** Nothing: none is played. */
  readonly faults: FaultSettings | undefined
}

/** The message lists every fault, one sentence each. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'
}

const LEAST_SECRET_BYTES = 32

export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const faults: string[] = []
  const settings: Settings = {
    port: readPort(env['PORT'], faults),
    dataDir: dataDirOf(env),
    jwtSecret: readSecret(env['JWT_SECRET'], faults),
    users: readUsers(env['USERS_FILE'] || demoUsersFile, faults),
    demo: !env['USERS_FILE'],
    allowedOrigins: readOrigins(env['ALLOWED_ORIGINS'], faults),
    databaseEndpoint: readEndpoint(env['AWS_ENDPOINT_URL_DYNAMODB'], faults),
    faults: readFaults(env['FAULTS'], faults),
  }
  if (faults.length > 0) throw new SettingsError(faults.join('\n'))
  return settings
}

/** Where the laptop keeps its files, also for the commands that look for a running one. */
export function dataDirOf(env: Readonly<Record<string, string | undefined>>): string {
  return path.resolve(env['DATA_DIR'] || '.data')
}

/** The origins of the two sites that the chat was made for, and of the local page. */
export function defaultOrigins(port: number): readonly string[] {
  return [
    'http://localhost:3000',
    'https://mathiascoutant.github.io',
    ...['localhost', '127.0.0.1'].map((host) => new URL(`http://${host}:${port}`).origin),
  ].filter((origin, index, all) => all.indexOf(origin) === index)
}

function readPort(value: string | undefined, faults: string[]): number {
  if (value === undefined || value === '') return 5000
  const port = Number(value)
  if (/^\d+$/.test(value) && port <= 65_535) return port
  faults.push(`PORT is ${JSON.stringify(value)}, but must be a whole number from 0 (any free port) to 65535.`)
  return 0
}

function readSecret(value: string | undefined, faults: string[]): string | undefined {
  if (value === undefined || value === '') return undefined
  const bytes = Buffer.byteLength(value)
  if (bytes < LEAST_SECRET_BYTES) {
    faults.push(`JWT_SECRET has ${bytes} bytes, but must have at least ${LEAST_SECRET_BYTES}.`)
  }
  return value
}

function readUsers(file: string, faults: string[]): readonly User[] {
  try {
    return readUsersFile(path.resolve(file))
  } catch (error) {
    if (!(error instanceof UsersFileError)) throw error
    faults.push(`USERS_FILE: ${error.message}.`)
    return []
  }
}

function readOrigins(value: string | undefined, faults: string[]): readonly string[] | undefined {
  if (value === undefined || value === '') return undefined
  const origins = value
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)
  for (const origin of origins) {
    if (URL.canParse(origin) && new URL(origin).origin === origin) continue
    faults.push(
      `ALLOWED_ORIGINS holds ${JSON.stringify(origin)}, which is no origin like "https://chat.example".`,
    )
  }
  return origins
}

function readEndpoint(value: string | undefined, faults: string[]): string | undefined {
  if (value === undefined || value === '') return undefined
  const protocol = URL.canParse(value) ? new URL(value).protocol : ''
  if (protocol !== 'http:' && protocol !== 'https:') {
    faults.push(`AWS_ENDPOINT_URL_DYNAMODB is ${JSON.stringify(value)}, but must be an http or https URL.`)
  }
  return value
}

function readFaults(value: string | undefined, faults: string[]): FaultSettings | undefined {
  if (value === undefined || value === '') return undefined
  try {
    return readFaultsFile(path.resolve(value))
  } catch (error) {
    if (!(error instanceof FaultsError)) throw error
    faults.push(...error.message.split('\n').map((sentence) => `FAULTS: ${sentence}`))
    return undefined
  }
}
