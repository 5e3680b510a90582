import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import { sendJson } from '../aws/calls.ts'
import { listen } from '../network.ts'
import { emptyRead, firstHalf, isTransaction, isWrite, onePage, withUnprocessed } from './database-calls.ts'
import type { FaultSettings } from './options.ts'
import type { Dice } from './random.ts'

export interface FaultyDatabase {
  readonly endpoint: string
  close(): Promise<void>
}

type Json = Record<string, unknown>

/** A whole HTTP server rather than a hook: it sees calls that were permitted, and can spoil answers as well. */
export async function faultyDatabase(
  endpoint: string,
  settings: FaultSettings['database'],
  dice: Dice,
): Promise<FaultyDatabase> {
  if (Object.values(settings).every((value) => !value)) return { endpoint, close: async () => undefined }
  const { errorBefore, errorAfter, throttled, transactionConflict, stale, partialBatch } = settings

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const target = String(request.headers['x-amz-target'])
    const operation = target.replace(/^.*\./, '')
    const input = JSON.parse((await request.toArray()).join('')) as Json
    const forward = async (body: Json) => {
      const answer = await fetch(endpoint, {
        method: 'POST',
        headers: passed(request),
        body: JSON.stringify(body),
      })
      return { status: answer.status, body: (await answer.json()) as Json }
    }
    const answer = async (body: Json) => {
      const result = await forward(body)
      sendJson(response, result.status, result.body)
    }

    const half = firstHalf(operation, input)
    const fromBefore = emptyRead(operation, input)
    const fault = dice.choose('database', {
      errorBefore,
      throttled,
      ...(isWrite(operation) && { errorAfter }),
      ...(isTransaction(operation) && { transactionConflict }),
      ...(fromBefore && { stale }),
      ...(half && { partialBatch }),
    })
    if (fault === 'errorBefore') return serverError(response)
    if (fault === 'throttled') return refuse(response, 'ProvisionedThroughputExceededException')
    if (fault === 'transactionConflict') return conflict(response, input)
    if (fault === 'errorAfter') {
      await forward(input)
      return serverError(response)
    }
    if (fault === 'stale' && fromBefore) return sendJson(response, 200, fromBefore)
    if (fault === 'partialBatch' && half) {
      const { status, body } = await forward(half.now)
      return sendJson(response, status, status === 200 ? withUnprocessed(operation, body, half.later) : body)
    }
    const short = settings.onePage ? onePage(operation, input) : undefined
    if (short) dice.count('database.onePage')
    return answer(short ?? input)
  }

  const server = http.createServer((request, response) => {
    handle(request, response).catch(() => response.destroy())
  })
  // As in front of it: a kept connection that is closed under a call would be a fault nobody switched on.
  server.keepAliveTimeout = 0
  const port = await listen(server, 0, '127.0.0.1')
  return {
    endpoint: `http://127.0.0.1:${port}`,
    async close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

function passed({ headers }: IncomingMessage): Record<string, string> {
  const names = ['content-type', 'x-amz-target', 'x-amz-date', 'authorization'] as const
  return Object.fromEntries(names.map((name) => [name, String(headers[name])]))
}

const typeOf = (name: string) => `com.amazonaws.dynamodb.v20120810#${name}`

function serverError(response: ServerResponse): void {
  const message = 'A fault that was switched on'
  sendJson(response, 500, { __type: typeOf('InternalServerError'), message })
}

function refuse(response: ServerResponse, name: string): void {
  sendJson(response, 400, { __type: typeOf(name), message: 'A fault that was switched on' })
}

/** As if another transaction were at work on the first item. */
function conflict(response: ServerResponse, { TransactItems }: Json): void {
  const items = Array.isArray(TransactItems) ? TransactItems : []
  const reasons = items.map((_, index) => (index === 0 ? 'TransactionConflict' : 'None'))
  sendJson(response, 400, {
    __type: typeOf('TransactionCanceledException'),
    Message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${reasons.join(', ')}]`,
    CancellationReasons: reasons.map((Code) => ({ Code })),
  })
}
