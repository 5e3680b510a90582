import type { CallEngine } from '../dynamodb/engine-calls.ts'
import { tablesOf } from '../dynamodb/permissions.ts'
import type { Metrics } from './metrics.ts'

const NAMESPACE = 'AWS/DynamoDB'
const READS = new Set(['BatchGetItem', 'GetItem', 'Query', 'Scan', 'TransactGetItems'])

/** Records the calls that DynamoDB throttles, and those that it answers with status 500. */
export function meteredDatabase(callEngine: CallEngine, metrics: Metrics): CallEngine {
  return async (operation, body) => {
    const answer = await callEngine(operation, body)
    if (answer.status === 200) return answer
    const throttled = /ThrottlingException|ProvisionedThroughputExceeded/.test(answer.body.toString())
    for (const TableName of tablesOf(operation, body)) {
      if (answer.status >= 500) metrics.add(NAMESPACE, 'SystemErrors', { Operation: operation, TableName })
      else if (throttled)
        metrics.add(NAMESPACE, READS.has(operation) ? 'ReadThrottleEvents' : 'WriteThrottleEvents', {
          TableName,
        })
    }
    return answer
  }
}
