import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import { sendJson } from '../aws/calls.ts'
import { listen } from '../network.ts'
import { emptyRead, firstHalf, isTransaction, isWrite, onePage, withUnprocessed } from './database-calls.ts'
import type { FaultSettings } from './options.ts'
import type { Dice } from './random.ts'

type Json = Record<string, unknown>

/** The headers that the engine reads. */
const forwarded = ['content-type', 'x-amz-target', 'x-amz-date', 'authorization']

/**
 * Starts a proxy in front of the engine that injects faults into calls and responses. Without any fault it is the
 * engine's own endpoint.
 */
export async function faultyDatabase(endpoint: string, settings: FaultSettings['database'], dice: Dice) {
  if (Object.values(settings).every((value) => !value)) return { endpoint, close: () => undefined }
  const { errorBefore, errorAfter, throttled, transactionConflict, stale, partialBatch } = settings

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const target = String(request.headers['x-amz-target'])
    const operation = target.replace(/^.*\./, '')
    const input = JSON.parse((await request.toArray()).join('')) as Json
    const headers = Object.fromEntries(forwarded.map((name) => [name, String(request.headers[name])]))
    const forward = async (body: Json) => {
      const answer = await fetch(endpoint, { method: 'POST', headers, body: JSON.stringify(body) })
      return { status: answer.status, body: (await answer.json()) as Json }
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
    if (fault === 'errorBefore') return refuse(response, 500, 'InternalServerError')
    if (fault === 'throttled') return refuse(response, 400, 'ProvisionedThroughputExceededException')
    if (fault === 'transactionConflict') return conflict(response, input)
    if (fault === 'errorAfter') {
      await forward(input)
      return refuse(response, 500, 'InternalServerError')
    }
    if (fault === 'stale' && staleResponse) return sendJson(response, 200, staleResponse)
    if (fault === 'partialBatch' && half) {
      const { status, body } = await forward(half.now)
      return sendJson(response, status, status === 200 ? withUnprocessed(operation, body, half.later) : body)
    }
    const short = settings.onePage ? onePage(operation, input) : undefined
    if (short) dice.count('database.onePage')
    const { status, body } = await forward(short ?? input)
    sendJson(response, status, body)
  }

  const server = http.createServer((request, response) => {
    handle(request, response).catch(() => response.destroy())
  })
  // Closing an idle connection just as a call arrives would be a fault that is not switched on.
  server.keepAliveTimeout = 0
  const port = await listen(server, 0, '127.0.0.1')
  return {
    endpoint: `http://127.0.0.1:${port}`,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

function refuse(
  response: ServerResponse,
  status: number,
  name: string,
  details: Json = { message: 'Injected fault' },
): void {
  sendJson(response, status, { __type: `com.amazonaws.dynamodb.v20120810#${name}`, ...details })
}

/** Cancels as if another transaction were using the first item. */
function conflict(response: ServerResponse, { TransactItems }: Json): void {
  const items = Array.isArray(TransactItems) ? TransactItems : []
  const reasons = items.map((_, index) => (index === 0 ? 'TransactionConflict' : 'None'))
  refuse(response, 400, 'TransactionCanceledException', {
    Message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${reasons.join(', ')}]`,
    CancellationReasons: reasons.map((Code) => ({ Code })),
  })
}
