/** CPU time of an invocation in a container that has not run often yet, measured by `npm run bench:send`. */
const CPU_SECONDS = 0.0081
/**
 * The memory with which a function gets a whole CPU.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
 */
const GIGABYTES_PER_CPU = 1.769
/** How long a function waits for a call to DynamoDB or to a connection. */
export const ROUND_TRIP_SECONDS = 0.007
/** The share of cold starts, for which AWS gives this upper bound, and the cost of one cold start. */
const COLD_SHARE = 0.01
const COLD_GIGABYTE_SECONDS = 0.25

/** How long an invocation takes with this memory, if it waits for this many round trips. */
export const secondsOf = (roundTrips: number, gigabytes: number): number =>
  (CPU_SECONDS * GIGABYTES_PER_CPU) / gigabytes + roundTrips * ROUND_TRIP_SECONDS

/** What Lambda bills for such an invocation, including its share of a cold start. */
export const gigabyteSecondsOf = (roundTrips: number, gigabytes: number): number =>
  secondsOf(roundTrips, gigabytes) * gigabytes + COLD_SHARE * COLD_GIGABYTE_SECONDS
