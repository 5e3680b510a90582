import path from 'node:path'
import { type LogLevel, logLevels } from '../lib/log-levels.ts'
import { isExactOrigin, splitOrigins } from '../protocol/origins.ts'
import { CLAIM_VALUE_RULE, isClaimValue } from '../protocol/token-claims.ts'
import { MIN_SECRET_BYTES } from './data-dir.ts'
import { readFaultsFile } from './faults/options.ts'
import { StartError } from './start-error.ts'
import { demoUsersFile, readUsersFile } from './users-file.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads the laptop's settings from environment variables; an empty one counts as unset. Throws a StartError
 * that lists every problem, one sentence per line.
 */
export function readSettings(env: Environment) {
  const problems: string[] = []
  const read = <T>(name: string, parse: (value: string) => T): T | undefined => {
    const value = env[name]
    if (!value) return undefined
    try {
      return parse(value)
    } catch (error) {
      if (!(error instanceof StartError)) throw error
      problems.push(...error.message.split('\n').map((sentence) => `${name}: ${sentence}`))
      return undefined
    }
  }
  const tokenAudience = read('TOKEN_AUDIENCE', parseClaim)
  const tokenIssuer = read('TOKEN_ISSUER', parseClaim)
  const logLevel = read('LOG_LEVEL', parseLogLevel)
  const retentionDays = read('RETENTION_DAYS', parseDays)
  const settings = {
    port: read('PORT', parsePort) ?? 5000,
    dataDir: dataDirOf(env),
    jwtSecret: read('JWT_SECRET', parseSecret),
    /** The valid users, and one sentence for each user that is left out. */
    ...(read('USERS_FILE', (file) => readUsersFile(path.resolve(file))) ?? readUsersFile(demoUsersFile)),
    demo: !env['USERS_FILE'],
    allowedOrigins: read('ALLOWED_ORIGINS', parseOrigins),
    databaseEndpoint: read('AWS_ENDPOINT_URL_DYNAMODB', parseEndpoint),
    concurrency: read('LAMBDA_CONCURRENCY', parseConcurrency),
    faults: read('FAULTS', (file) => readFaultsFile(path.resolve(file))),
    // A key whose value is undefined would override cdk.json.
    settings: {
      ...(tokenAudience === undefined ? {} : { tokenAudience }),
      ...(tokenIssuer === undefined ? {} : { tokenIssuer }),
      ...(logLevel === undefined ? {} : { logLevel }),
      ...(retentionDays === undefined ? {} : { retentionDays }),
    },
  }
  if (problems.length > 0) throw new StartError(problems.join('\n'))
  return settings
}

/** The data directory; the commands use it too, to find a running chat. */
export function dataDirOf(env: Environment): string {
  return path.resolve(env['DATA_DIR'] || '.data')
}

function parsePort(value: string): number {
  if (/^\d+$/.test(value) && Number(value) <= 65_535) return Number(value)
  throw new StartError(`${JSON.stringify(value)} is not a whole number from 0 (any free port) to 65535.`)
}

function parseConcurrency(value: string): number {
  if (/^[1-9]\d{0,5}$/.test(value)) return Number(value)
  throw new StartError(`${JSON.stringify(value)} is not a whole number of at least 1.`)
}

function parseDays(value: string): number {
  if (/^\d{1,5}$/.test(value) && Number(value) <= 36_500) return Number(value)
  throw new StartError(`${JSON.stringify(value)} is not a whole number of days from 0 (never) to 36500.`)
}

function parseSecret(value: string): string {
  const bytes = Buffer.byteLength(value)
  if (bytes >= MIN_SECRET_BYTES) return value
  throw new StartError(`The secret has ${bytes} bytes, but needs at least ${MIN_SECRET_BYTES}.`)
}

function parseClaim(value: string): string {
  if (isClaimValue(value)) return value
  throw new StartError(`${JSON.stringify(value)} ${CLAIM_VALUE_RULE}.`)
}

function parseLogLevel(value: string): LogLevel {
  const level = logLevels.find((known) => known === value)
  if (level === undefined)
    throw new StartError(`${JSON.stringify(value)} is not one of ${logLevels.join(', ')}.`)
  return level
}

function parseOrigins(value: string): readonly string[] {
  const origins = splitOrigins(value)
  const inexact = origins.filter((origin) => !isExactOrigin(origin))
  if (inexact.length === 0) return origins
  const sentences = inexact.map(
    (origin) =>
      `${JSON.stringify(origin)} is not an exact origin such as "https://chat.example" or "capacitor://localhost".`,
  )
  throw new StartError(sentences.join('\n'))
}

function parseEndpoint(value: string): string {
  if (URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)) return value
  throw new StartError(`${JSON.stringify(value)} is not an http or https URL.`)
}
