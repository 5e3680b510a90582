import * as z from 'zod'
import { defaultRates } from '../protocol/limits.ts'
import {
  boolean,
  certificate,
  claimValue,
  domain,
  emailAddress,
  hostedZone,
  logLevel,
  origins,
  retentionDays,
  secretName,
  wholeNumber,
} from './setting-values.ts'

/** The message lists every problem, one sentence each. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'
}

/** The operator's settings, in cdk.json under `context` or on the command line as `npm run deploy -- -c name=value`. */
const schema = z.strictObject({
  /**
   * Origins whose pages may use the API from a browser or an app, such as `https://chat.example.com` or
   * `capacitor://localhost`; on the command line, separated by commas. The word `null` allows every sandboxed page and
   * local file. Clients other than browsers are not affected.
   *
   * @default - none; browsers can use only the site's own page
   */
  allowedOrigins: origins.default([]),
  /**
   * How long CloudWatch keeps the logs, in days; one of the periods that CloudWatch accepts.
   *
   * @default 30
   */
  logRetentionDays: retentionDays.default(30),
  /**
   * The lowest severity that the functions write to their logs: `debug`, `info`, `warn` or `error`. With `warn` and
   * `error`, there are no lines about invocations, and none about events that concern security.
   *
   * @default info
   */
  logLevel: logLevel.default('info'),
  /**
   * Whether the functions publish ten custom metrics, for up to 3 US dollars a month. The metrics are part of the log,
   * so they need the log level `info` or `debug`.
   *
   * @default false
   */
  metrics: boolean.default(false),
  /**
   * Name of an existing Secrets Manager secret that holds the signing key of the tokens: at least 32 bytes of plain
   * text, encrypted with the AWS managed key.
   *
   * @default - a secret is generated, and retained when the stack is deleted
   */
  jwtSecretName: secretName.optional(),
  /**
   * The value that the claim `aud` of every token must be, or contain. Set it if your site signs other tokens with the
   * same secret: without it, every such token with a `user_id` would be accepted here.
   *
   * @default - `aud` is not checked
   */
  tokenAudience: claimValue.optional(),
  /**
   * The value that the claim `iss` of every token must have.
   *
   * @default - `iss` is not checked
   */
  tokenIssuer: claimValue.optional(),
  /**
   * Sustained rate of each route, in requests or frames per second; more are refused with 429. All APIs of an account
   * share a quota of 10,000 per Region. This setting leaves room for the others, and limits what an attacker can make
   * you pay.
   *
   * @default 500
   */
  throttleRate: wholeNumber(1, 10_000).default(500),
  /**
   * Requests or frames that a route accepts in a burst before the rate applies, for example when all clients
   * reconnect. The account's quota is 5,000.
   *
   * @default 1000
   */
  throttleBurst: wholeNumber(1, 5_000).default(1_000),
  /**
   * Sustained rate of one connection, in frames per second. Excess frames are refused, and a connection that does not
   * slow down is closed.
   *
   * @default 20
   */
  framesPerSecond: wholeNumber(1, 1_000).default(defaultRates.frames.perSecond),
  /**
   * Frames that one connection may send in a burst.
   *
   * @default 200
   */
  frameBurst: wholeNumber(1, 10_000).default(defaultRates.frames.burst),
  /**
   * Sustained rate of one user in all conversations together, in messages per second. See RATE-2 in docs/protocol.md.
   *
   * @default 10
   */
  messagesPerSecond: wholeNumber(1, 1_000).default(defaultRates.messages.perSecond),
  /**
   * Messages that one user may send in a burst.
   *
   * @default 100
   */
  messageBurst: wholeNumber(1, 10_000).default(defaultRates.messages.burst),
  /**
   * Sustained rate of one user's REST calls, in calls per second. Each container counts its own calls, so a user whose
   * calls are spread over several containers may make more.
   *
   * @default 50
   */
  callsPerSecond: wholeNumber(1, 10_000).default(defaultRates.calls.perSecond),
  /**
   * REST calls that one user may make in a burst, in each container.
   *
   * @default 500
   */
  callBurst: wholeNumber(1, 100_000).default(defaultRates.calls.burst),
  /**
   * Connections that one IP address may open per minute; 0 means no limit.
   *
   * @default 300
   */
  connectionsPerAddress: wholeNumber(0, 1_000_000).default(300),
  /**
   * Memory of the functions that clients wait for, `frames` and `rest`, in megabytes. Lambda allocates CPU in
   * proportion to it. For speed and cost, see docs/decisions/0016.
   *
   * @default 1024
   */
  memoryMegabytes: wholeNumber(256, 10_240).default(1024),
  /**
   * For how many days an invitation can be answered. A change applies to invitations that are sent after it.
   *
   * @default 30
   */
  invitationDays: wholeNumber(1, 365).default(30),
  /**
   * After how many days messages and all other entries of conversations are removed; 0 means never. Raising
   * the number later does not restore removed entries.
   *
   * @default 0
   */
  retentionDays: wholeNumber(0, 36_500).default(0),
  /**
   * Whether participants see who is typing. For the cost, see docs/decisions/0009.
   *
   * @default true
   */
  typing: boolean.default(true),
  /**
   * Whether users who share a conversation see who is online. For the cost, see docs/decisions/0009.
   *
   * @default true
   */
  presence: boolean.default(true),
  /**
   * Whether both APIs write access logs. API Gateway needs a role for that, which is set once for the whole account and
   * Region; docs/operations.md says how.
   *
   * @default false
   */
  accessLogs: boolean.default(false),
  /**
   * Own domain of the site, such as `chat.example.com`. It needs `certificateArn` or `hostedZoneId`.
   *
   * @default - the site has the domain of its CloudFront distribution
   */
  domainName: domain.optional(),
  /**
   * ARN of a certificate for `domainName` in us-east-1, where CloudFront looks for certificates.
   *
   * @default - a certificate is created in us-east-1, and validated in the hosted zone
   */
  certificateArn: certificate.optional(),
  /**
   * Id of the Route 53 hosted zone that contains `domainName`. The stack creates the site's records in it.
   *
   * @default - you create the records, which must point to the domain in the output `SiteDomain`
   */
  hostedZoneId: hostedZone.optional(),
  /**
   * Whether AWS WAF limits the requests of each address, for about 6 US dollars a month. Clients can then use the chat
   * only through the site.
   *
   * @default false
   */
  waf: boolean.default(false),
  /**
   * Whether DynamoDB refuses to delete the tables of conversations, invitations and users. `npm run deploy` creates a
   * stack without this protection, and switches it on afterwards; see docs/decisions/0017.
   *
   * @default true
   */
  deletionProtection: boolean.default(true),
  /**
   * Where CloudWatch alarms and the budget send e-mail. A first e-mail asks you to confirm the address. The alarms cost
   * about 2 to 3 US dollars a month; docs/operations.md lists them.
   *
   * @default - there are no alarms
   */
  alarmEmail: emailAddress.optional(),
  /**
   * Costs of the whole account per month, in US dollars, above which an e-mail is sent to `alarmEmail`. Free.
   *
   * @default - there is no budget
   */
  budgetUsd: wholeNumber(1, 1_000_000).optional(),
  /**
   * Whether a CloudWatch dashboard shows what docs/runbook.md refers to. The first three dashboards of an account are
   * free; each further one costs 3 US dollars a month.
   *
   * @default false
   */
  dashboard: boolean.default(false),
})

const consistentSchema = schema.superRefine((settings, context) => {
  const { domainName, certificateArn, hostedZoneId, alarmEmail, budgetUsd, logLevel, metrics } = settings
  const problem = (setting: string, message: string) =>
    context.addIssue({ code: 'custom', path: [setting], message })
  if (domainName !== undefined && certificateArn === undefined && hostedZoneId === undefined) {
    problem('domainName', 'needs certificateArn or hostedZoneId')
  }
  if (domainName === undefined && certificateArn !== undefined) problem('certificateArn', 'needs domainName')
  if (domainName === undefined && hostedZoneId !== undefined) problem('hostedZoneId', 'needs domainName')
  if (budgetUsd !== undefined && alarmEmail === undefined) problem('budgetUsd', 'needs alarmEmail')
  if (metrics && (logLevel === 'warn' || logLevel === 'error')) {
    problem('metrics', 'needs the logLevel info or debug')
  }
})

export type Settings = Readonly<z.output<typeof schema>>

/**
 * Reads the settings from a CDK context. The CDK's own keys (`@aws-cdk/…`, `aws:…`, cached lookups) all contain a colon
 * or a slash. Every other key counts as a setting, so that a misspelled one is reported. Throws a `SettingsError`.
 */
export function readSettings(context: Readonly<Record<string, unknown>>): Settings {
  const own = Object.entries(context).filter(([key, value]) => !/[:/]/.test(key) && value !== undefined)
  const result = consistentSchema.safeParse(Object.fromEntries(own))
  if (result.success) return result.data
  const problems = result.error.issues.flatMap(sentences)
  throw new SettingsError(
    `The settings are not valid:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
  )
}

function sentences(issue: z.core.$ZodIssue): string[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(
      (key) => `${key} is not a setting; the settings are ${Object.keys(schema.shape).join(', ')}.`,
    )
  }
  return [`${String(issue.path[0])} ${issue.message}.`]
}
