import { RetentionDays } from 'aws-cdk-lib/aws-logs'
import * as z from 'zod'
import { isExactOrigin, splitOrigins } from '../protocol/origins.ts'
import { CLAIM_VALUE_RULE, isClaimValue } from '../protocol/token-claims.ts'
import { logLevels } from './log-levels.ts'

/** Values from the command line are strings. */
export const boolean = z.preprocess(
  (value) => (value === 'true' ? true : value === 'false' ? false : value),
  z.boolean('must be true or false'),
)

export const wholeNumber = (from: number, to: number) => {
  const problem = `must be a whole number from ${from} to ${to}`
  return z.preprocess(
    (value) => (typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value),
    z.int(problem).min(from, problem).max(to, problem),
  )
}

/** Retention periods that CloudWatch accepts, in days. */
const retentionPeriods = Object.values(RetentionDays).filter(
  (value): value is RetentionDays => typeof value === 'number' && value !== RetentionDays.INFINITE,
)
export const retentionDays = wholeNumber(1, 3653).refine((days) => retentionPeriods.includes(days), {
  error: `must be a retention period that CloudWatch accepts: ${retentionPeriods.join(', ')}`,
})

export const logLevel = z.enum(logLevels, `must be one of ${logLevels.join(', ')}`)

export const claimValue = z.string('must be a string').refine(isClaimValue, CLAIM_VALUE_RULE)

const origin = z.string('must contain strings').refine(isExactOrigin, {
  error: ({ input }) =>
    `contains ${JSON.stringify(input)}, which is not an exact origin such as "https://chat.example.com"` +
    ' or "capacitor://localhost" (lowercase, without path, trailing slash, wildcard or default port)',
})
export const origins = z.preprocess(
  (value) => (typeof value === 'string' ? splitOrigins(value) : value),
  z.array(origin, 'must be a list of origins or a comma-separated string').readonly(),
)

export const secretName = z
  .string('must be a string')
  .regex(/^[\w/+=.@-]{1,512}$/, 'must be the name of a secret, not its ARN: only letters, digits and /_+=.@-')

/** A certificate has a domain of at most 64 characters. */
export const domain = z
  .string('must be a string')
  .regex(
    /^(?=.{1,64}$)([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/,
    'must be a domain in lower case, such as chat.example.com, of at most 64 characters',
  )

export const certificate = z
  .string('must be a string')
  .regex(
    /^arn:aws[a-z-]*:acm:us-east-1:\d{12}:certificate\/[\w-]+$/,
    'must be the ARN of a certificate in us-east-1',
  )

export const hostedZone = z
  .string('must be a string')
  .regex(/^Z[A-Z0-9]{1,31}$/, 'must be the id of a hosted zone, such as Z0123456789ABCDEFGHIJ')

export const emailAddress = z.email('must be one e-mail address, such as you@example.com')
