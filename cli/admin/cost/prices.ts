/** A list price in us-east-1, as its source gave it. */
export interface Price {
  /** The line of an AWS bill. */
  readonly service:
    | 'API Gateway'
    | 'Lambda'
    | 'DynamoDB'
    | 'SQS'
    | 'CloudWatch'
    | 'Secrets Manager'
    | 'CloudFront'
    | 'S3'
  readonly unit: string
  readonly usd: number
  /** This many units are free for every account each month. */
  readonly free?: number
  readonly source: string
  /** The date of the source or, if the source has none, the date on which it was last checked. */
  readonly date: string
}

const MILLION = 1_000_000

const apiGateway = {
  service: 'API Gateway',
  source: 'https://amnic.com/blogs/aws-api-gateway-pricing',
  date: '2026-11',
} as const
const lambda = {
  service: 'Lambda',
  source: 'https://cloudchipr.com/blog/aws-lambda-pricing',
  date: '2024',
} as const
const dynamodb = {
  service: 'DynamoDB',
  source: 'https://airbyte.com/data-engineering-resources/dynamodb-pricing',
  date: '2025-07-21',
} as const
const cloudwatch = {
  service: 'CloudWatch',
  source: 'https://www.factualminds.com/blog/amazon-cloudwatch-pricing-metrics-logs-alarms-dashboards/',
  date: '2026-06-13',
} as const
const secrets = {
  service: 'Secrets Manager',
  source: 'https://hivebook.wiki/wiki/aws-secrets-manager-rotated-secrets-dynamic-db-credentials-kms',
  date: '2026-11',
} as const
const cloudfront = {
  service: 'CloudFront',
  source: 'https://wring.co/blog/aws-cloudfront-pricing-guide',
  date: '2026-03-08',
} as const

/**
 * Everything that AWS meters for a stack, with its price without volume discounts. EventBridge charges nothing for a
 * schedule.
 */
export const prices = {
  /** Frames in either direction, in steps of 32 KB. */
  socketMessages: { ...apiGateway, unit: 'messages', usd: 1 / MILLION },
  connectionMinutes: { ...apiGateway, unit: 'minutes', usd: 0.25 / MILLION },
  restCalls: { ...apiGateway, unit: 'calls', usd: 1 / MILLION },
  invocations: { ...lambda, unit: 'invocations', usd: 0.2 / MILLION, free: MILLION },
  gigabyteSeconds: { ...lambda, unit: 'GB-s', usd: 13.3334 / MILLION, free: 400_000 },
  writeUnits: { ...dynamodb, unit: 'write units', usd: 0.625 / MILLION },
  readUnits: { ...dynamodb, unit: 'read units', usd: 0.125 / MILLION },
  storedGigabytes: { ...dynamodb, unit: 'GB-months', usd: 0.25, free: 25 },
  backupGigabytes: { ...dynamodb, unit: 'GB-months', usd: 0.2 },
  queueRequests: {
    service: 'SQS',
    unit: 'requests',
    usd: 0.4 / MILLION,
    free: MILLION,
    source: 'https://cloudburn.io/blog/amazon-sqs-pricing',
    date: '2026-03-14',
  },
  logGigabytes: { ...cloudwatch, unit: 'GB', usd: 0.5, free: 5 },
  alarms: { ...cloudwatch, unit: 'alarms', usd: 0.1, free: 10 },
  secrets: { ...secrets, unit: 'secrets', usd: 0.4 },
  secretReads: { ...secrets, unit: 'calls', usd: 0.05 / 10_000 },
  siteRequests: { ...cloudfront, unit: 'requests', usd: 0.01 / 10_000, free: 10 * MILLION },
  siteFunctions: { ...cloudfront, unit: 'invocations', usd: 0.1 / MILLION, free: 2 * MILLION },
  siteGigabytes: { ...cloudfront, unit: 'GB', usd: 0.085, free: 1000 },
  pageGigabytes: {
    service: 'S3',
    unit: 'GB-months',
    usd: 0.023,
    source: 'https://www.usage.ai/blogs/aws/storage-cost/s3/cost-calculator/',
    date: '2026-06',
  },
} as const satisfies Record<string, Price>

export type Meter = keyof typeof prices

/** Amounts of what AWS meters. */
export type Metered = Partial<Record<Meter, number>>

export const meters = Object.keys(prices) as Meter[]

export const priceOf = (meter: Meter): Price => prices[meter]
