import { RetentionDays } from 'aws-cdk-lib/aws-logs'
import * as z from 'zod'
import { defaultRates } from '../protocol/limits.ts'

/** What an operator may choose, in cdk.json under `context` or as `cdk deploy -c name=value`. */
export interface Settings {
  /**
   * Origins whose pages may use the API from a browser, such as `https://chat.example.com`; on the command line
   * separated by commas. Clients that are no browsers are not concerned.
   *
   * @default - none: every browser is refused
   */
  readonly allowedOrigins: readonly string[]
  /**
   * How long CloudWatch keeps the logs, in days.
   *
   * @default 30
   */
  readonly logRetentionDays: number
  /**
   * Name of an existing Secrets Manager secret that holds the signing key of the tokens, at least 32 bytes as
   * plain text, encrypted with the AWS managed key.
   *
   * @default - a secret is generated, and kept when the stack is deleted
   */
  readonly jwtSecretName?: string | undefined
  /**
   * Requests or frames per second that each route takes in the long run. What comes above is refused with 429.
   * The quota of all APIs of an account in a Region is 10,000, so this leaves others their share, and it bounds
   * what an attacker can make you pay.
   *
   * @default 500
   */
  readonly throttleRate: number
  /**
   * Requests or frames that a route takes at once before the rate applies, for example when every client
   * reconnects. The account's quota is 5,000.
   *
   * @default 1000
   */
  readonly throttleBurst: number
  /**
   * Frames that one connection may send per second in the long run, and at once. A frame beyond is refused, and a
   * connection that keeps on is closed.
   *
   * @default 20 and 200
   */
  readonly framesPerSecond: number
  readonly frameBurst: number
  /**
   * Messages that one user may send into one conversation per second in the long run, and at once.
   *
   * @default 10 and 100
   */
  readonly messagesPerSecond: number
  readonly messageBurst: number
  /**
   * Connections that one IP address may open per minute; 0 means any number.
   *
   * @default 300
   */
  readonly connectionsPerAddress: number
  /**
   * Whether the others hear who is typing. What it costs is in docs/decisions/0009.
   *
   * @default true
   */
  readonly typing: boolean
  /**
   * Whether users who share a conversation see who is there. What it costs is in docs/decisions/0009.
   *
   * @default true
   */
  readonly presence: boolean
  /**
   * Whether both APIs write access logs. This also sets the role with which API Gateway writes logs, for the whole
   * account and Region, because a new account has none.
   *
   * @default false
   */
  readonly accessLogs: boolean
  /**
   * Whether DynamoDB refuses to delete the tables with conversations, invitations and users.
   *
   * @default true
   */
  readonly deletionProtection: boolean
}

/** The message lists every fault, one sentence each. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'
}

/** Retention periods that CloudWatch accepts, in days. */
const retentionDays = Object.values(RetentionDays).filter(
  (value): value is RetentionDays => typeof value === 'number' && value !== RetentionDays.INFINITE,
)

/** Values from the command line are strings. */
const boolean = z.preprocess(
  (value) => (value === 'true' ? true : value === 'false' ? false : value),
  z.boolean('must be true or false'),
)
const wholeNumber = (from: number, to: number) => {
  const fault = `must be a whole number from ${from} to ${to}`
  return z.preprocess(
    (value) => (typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value),
    z.int(fault).min(from, fault).max(to, fault),
  )
}
const origin = z.string('must hold origins as strings').refine(isExactOrigin, {
  error: ({ input }) =>
    `holds ${JSON.stringify(input)}, which is not an exact origin like "https://chat.example.com"` +
    ' (lower case, no path, no final slash, no wildcard, no default port)',
})
const origins = z.preprocess(
  (value) => (typeof value === 'string' ? splitList(value) : value),
  z.array(origin, 'must be a list of origins or a string with commas between them'),
)

const shape = {
  allowedOrigins: origins.default([]),
  logRetentionDays: wholeNumber(1, 3653)
    .refine((days) => retentionDays.includes(days), {
      error: `must be a period that CloudWatch accepts, one of ${retentionDays.join(', ')}`,
    })
    .default(30),
  jwtSecretName: z
    .string('must be a string')
    .regex(/^[\w/+=.@-]{1,512}$/, 'must be the name of a secret, not its ARN: letters, digits and /_+=.@-')
    .optional(),
  throttleRate: wholeNumber(1, 10_000).default(500),
  throttleBurst: wholeNumber(1, 5_000).default(1_000),
  framesPerSecond: wholeNumber(1, 1_000).default(defaultRates.frames.perSecond),
  frameBurst: wholeNumber(1, 10_000).default(defaultRates.frames.burst),
  messagesPerSecond: wholeNumber(1, 1_000).default(defaultRates.messages.perSecond),
  messageBurst: wholeNumber(1, 10_000).default(defaultRates.messages.burst),
  connectionsPerAddress: wholeNumber(0, 1_000_000).default(300),
  typing: boolean.default(true),
  presence: boolean.default(true),
  accessLogs: boolean.default(false),
  deletionProtection: boolean.default(true),
}
const schema: z.ZodType<Settings> = z.strictObject(shape)

/**
 * Takes the settings out of a CDK context. CDK's own keys (`@aws-cdk/…`, `aws:…`, cached look-ups) all hold a
 * colon or a slash; every other key is a setting, so that a misspelt one is noticed.
 */
export function readSettings(context: Readonly<Record<string, unknown>>): Settings {
  const own = Object.entries(context).filter(([key, value]) => !/[:/]/.test(key) && value !== undefined)
  const result = schema.safeParse(Object.fromEntries(own))
  if (result.success) return result.data
  const faults = result.error.issues.flatMap(sentences)
  throw new SettingsError(`The settings are not valid:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`)
}

function sentences(issue: z.core.$ZodIssue): string[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `${key} is not a setting; there are ${Object.keys(shape).join(', ')}.`)
  }
  return [`${String(issue.path[0])} ${issue.message}.`]
}

function splitList(value: string): string[] {
  return value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

function isExactOrigin(value: string): boolean {
  return /^https?:\/\/[^*]+$/.test(value) && URL.canParse(value) && new URL(value).origin === value
}
