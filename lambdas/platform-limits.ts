/** Limits of the platform that the code relies on. Limits that clients meet are in protocol/limits.ts. */

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/**
 * API Gateway closes a WebSocket connection after ten minutes without a message, and after two hours in any case.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
 */
export const CONNECTION_IDLE_MS = 10 * MINUTE_MS
export const CONNECTION_LIFETIME_MS = 2 * HOUR_MS

/**
 * TTL of rows about a connection: a day past its lifetime. The sweep needs these rows to clean up, so they must outlast
 * the time for which it looks back, and an outage of the sweep.
 * DynamoDB deletes expired rows at some later time: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html
 */
export const CONNECTION_ROW_TTL_SECONDS = (CONNECTION_LIFETIME_MS + 24 * HOUR_MS) / 1000

/**
 * Timeouts of the functions as lib/constructs/functions.ts sets them. Budgets inside a function must add up to less.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html
 */
export const REQUEST_FUNCTION_TIMEOUT_MS = 10_000
export const WORKER_TIMEOUT_MS = 30_000

/**
 * The queue delivers a failed task again after this time: six times the worker's timeout, as Lambda recommends.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
export const QUEUE_VISIBILITY_TIMEOUT_MS = 6 * WORKER_TIMEOUT_MS

/**
 * The most bytes of an answer whose size depends on names. Lambda allows 6 MB, but a body is text inside JSON, where
 * quotes are escaped once more, so it can take up to twice the space.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const RESPONSE_BYTES = 3_000_000

/**
 * The longest delay of a message in SQS.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-timers.html
 */
export const QUEUE_MAX_DELAY_MS = 15 * MINUTE_MS

/**
 * Items in one transaction, and keys in one BatchGetItem.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
 */
export const TRANSACTION_MAX_ITEMS = 100
export const BATCH_GET_MAX_KEYS = 100

/**
 * Sockets that an AWS SDK client keeps open at once; further requests wait for a free one.
 * @see https://docs.aws.amazon.com/sdk-for-javascript/v3/developer-guide/node-configuring-maxsockets.html
 */
export const SDK_MAX_SOCKETS = 50
