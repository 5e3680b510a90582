import type { CallEngine, EngineAnswer } from '../aws/dynamodb/engine-calls.ts'
import { emptyRead, firstHalf, isTransaction, isWrite, onePage, withUnprocessed } from './database-calls.ts'
import type { FaultSettings } from './options.ts'
import type { Dice } from './random.ts'

type Json = Record<string, unknown>

/** Injects faults into calls to the engine and into its answers. If all faults are off, returns `callEngine` itself. */
export function faultyDatabase(
  callEngine: CallEngine,
  settings: FaultSettings['database'],
  dice: Dice,
): CallEngine {
  const { slowMillis, ...chances } = settings
  if (Object.values(chances).every((value) => !value)) return callEngine
  const { errorBefore, errorAfter, throttled, transactionConflict, stale, partialBatch, slow } = settings

  return async (operation, body) => {
    const input = JSON.parse(body.toString()) as Json
    const forward = (part: Json) => callEngine(operation, encode(part))

    if (dice.choose('database', { slow })) {
      await new Promise((resolve) => setTimeout(resolve, slowMillis).unref())
    }
    const half = firstHalf(operation, input)
    const staleResponse = emptyRead(operation, input)
    const fault = dice.choose('database', {
      errorBefore,
      throttled,
      ...(isWrite(operation) && { errorAfter }),
      ...(isTransaction(operation) && { transactionConflict }),
      ...(staleResponse && { stale }),
      ...(half && { partialBatch }),
    })
    if (fault === 'errorBefore') return failure(500, 'InternalServerError')
    if (fault === 'throttled') return failure(400, 'ProvisionedThroughputExceededException')
    if (fault === 'transactionConflict') return conflict(input)
    if (fault === 'errorAfter') {
      await callEngine(operation, body)
      return failure(500, 'InternalServerError')
    }
    if (fault === 'stale' && staleResponse) return { status: 200, body: encode(staleResponse) }
    if (fault === 'partialBatch' && half) {
      const answer = await forward(half.now)
      if (answer.status !== 200) return answer
      const done = JSON.parse(answer.body.toString()) as Json
      return { status: 200, body: encode(withUnprocessed(operation, done, half.later)) }
    }
    const short = settings.onePage ? onePage(operation, input) : undefined
    if (!short) return callEngine(operation, body)
    dice.count('database.onePage')
    return forward(short)
  }
}

const encode = (value: Json) => Buffer.from(JSON.stringify(value))

function failure(status: number, name: string, details: Json = { message: 'Injected fault' }): EngineAnswer {
  return { status, body: encode({ __type: `com.amazonaws.dynamodb.v20120810#${name}`, ...details }) }
}

/** Answers that the transaction was canceled, as if another transaction were using the first item. */
function conflict({ TransactItems }: Json): EngineAnswer {
  const items = Array.isArray(TransactItems) ? TransactItems : []
  const reasons = items.map((_, index) => (index === 0 ? 'TransactionConflict' : 'None'))
  return failure(400, 'TransactionCanceledException', {
    Message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${reasons.join(', ')}]`,
    CancellationReasons: reasons.map((Code) => ({ Code })),
  })
}
