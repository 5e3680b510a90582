import path from 'node:path'
import type { User } from '../lambdas/model.ts'
import { MIN_SECRET_BYTES } from './data-dir.ts'
import { type FaultSettings, FaultsError, readFaultsFile } from './faults/options.ts'
import { StartError } from './start-error.ts'
import { demoUsersFile, readUsersFile, UsersFileError } from './users-file.ts'

/** The settings of a laptop, read from environment variables. */
export interface Settings {
  /** `PORT`; 0 means any free port. */
  readonly port: number
  /** `DATA_DIR`, as an absolute path: the database, the generated secret, and what the commands need to find the chat. */
  readonly dataDir: string
  /** `JWT_SECRET`; undefined means one is generated and kept in the data directory. */
  readonly jwtSecret: string | undefined
  /** The content of `USERS_FILE`, or the demo users. */
  readonly users: readonly User[]
  /** True if the users are the demo users. */
  readonly demo: boolean
  /** `ALLOWED_ORIGINS`, which are matched exactly; undefined means the default origins. */
  readonly allowedOrigins: readonly string[] | undefined
  /** `AWS_ENDPOINT_URL_DYNAMODB`; undefined means the embedded engine. */
  readonly databaseEndpoint: string | undefined
  /** The content of the `FAULTS` file; undefined means no faults. */
  readonly faults: FaultSettings | undefined
}

/** The message lists every problem, one sentence per line. */
export class SettingsError extends StartError {
  override readonly name = 'SettingsError'
}

export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const problems: string[] = []
  const settings: Settings = {
    port: readPort(env['PORT'], problems),
    dataDir: dataDirOf(env),
    jwtSecret: readSecret(env['JWT_SECRET'], problems),
    users: readUsers(env['USERS_FILE'] || demoUsersFile, problems),
    demo: !env['USERS_FILE'],
    allowedOrigins: readOrigins(env['ALLOWED_ORIGINS'], problems),
    databaseEndpoint: readEndpoint(env['AWS_ENDPOINT_URL_DYNAMODB'], problems),
    faults: readFaults(env['FAULTS'], problems),
  }
  if (problems.length > 0) throw new SettingsError(problems.join('\n'))
  return settings
}

/** The data directory, also for the commands that look for a running chat. */
export function dataDirOf(env: Readonly<Record<string, string | undefined>>): string {
  return path.resolve(env['DATA_DIR'] || '.data')
}

function readPort(value: string | undefined, problems: string[]): number {
  if (value === undefined || value === '') return 5000
  const port = Number(value)
  if (/^\d+$/.test(value) && port <= 65_535) return port
  problems.push(
    `PORT is ${JSON.stringify(value)}, but it must be a whole number from 0 (any free port) to 65535.`,
  )
  return 0
}

function readSecret(value: string | undefined, problems: string[]): string | undefined {
  if (value === undefined || value === '') return undefined
  const bytes = Buffer.byteLength(value)
  if (bytes < MIN_SECRET_BYTES) {
    problems.push(`JWT_SECRET has ${bytes} bytes, but needs at least ${MIN_SECRET_BYTES}.`)
  }
  return value
}

function readUsers(file: string, problems: string[]): readonly User[] {
  try {
    return readUsersFile(path.resolve(file))
  } catch (error) {
    if (!(error instanceof UsersFileError)) throw error
    problems.push(`USERS_FILE: ${error.message}.`)
    return []
  }
}

function readOrigins(value: string | undefined, problems: string[]): readonly string[] | undefined {
  if (value === undefined || value === '') return undefined
  const origins = value
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)
  for (const origin of origins) {
    if (URL.canParse(origin) && new URL(origin).origin === origin) continue
    problems.push(
      `ALLOWED_ORIGINS holds ${JSON.stringify(origin)}, which is not an exact origin such as "https://chat.example".`,
    )
  }
  return origins
}

function readEndpoint(value: string | undefined, problems: string[]): string | undefined {
  if (value === undefined || value === '') return undefined
  const protocol = URL.canParse(value) ? new URL(value).protocol : ''
  if (protocol !== 'http:' && protocol !== 'https:') {
    problems.push(
      `AWS_ENDPOINT_URL_DYNAMODB is ${JSON.stringify(value)}, but it must be an http or https URL.`,
    )
  }
  return value
}

function readFaults(value: string | undefined, problems: string[]): FaultSettings | undefined {
  if (value === undefined || value === '') return undefined
  try {
    return readFaultsFile(path.resolve(value))
  } catch (error) {
    if (!(error instanceof FaultsError)) throw error
    problems.push(...error.message.split('\n').map((sentence) => `FAULTS: ${sentence}`))
    return undefined
  }
}
