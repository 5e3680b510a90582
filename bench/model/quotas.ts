/** Quotas of the platform. The quotas without a link here have one in docs/api-gateway.md. */
export const quotas = {
  /** Requests to all APIs of an account and Region, posts to connections included. */
  apiRequestsPerSecond: 10_000,
  /** https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html */
  newConnectionsPerSecond: 500,
  /** A new account may have 10. */
  concurrentInvocations: 1000,
  /** Units of one partition of a table. */
  partitionWritesPerSecond: 1000,
  partitionReadsPerSecond: 3000,
  /**
   * Units of a new table.
   * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html
   */
  tableWritesPerSecond: 4000,
  tableReadsPerSecond: 12_000,
  queueMessageBytes: 1024 * 1024,
} as const

/** A quota of AWS or a limit of our own, and the share of it that a load uses. */
export interface Check {
  readonly name: string
  /** 1 if the limit is just reached. */
  readonly used: number
  /** What happens above the limit. */
  readonly consequence: string
}

/** The checks with the highest use, the highest first. */
export const mostUsed = (checks: readonly Check[]): readonly Check[] =>
  checks.toSorted((a, b) => b.used - a.used)
