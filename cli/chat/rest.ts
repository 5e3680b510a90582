import { setTimeout as pause } from 'node:timers/promises'
import * as z from 'zod/mini'
import { failure } from '../../protocol/endpoints/endpoint.ts'
import { type DataOf, endpoints, type RestRoute } from '../../protocol/endpoints.ts'
import { ChatError, errorCodes } from '../../protocol/errors.ts'
import type { ClientOptions } from './account.ts'
import { backOffMs } from './timing.ts'

type Endpoints = typeof endpoints
type BodyOf<R extends RestRoute> = Endpoints[R] extends { body: infer B extends z.ZodMiniType }
  ? z.input<B>
  : undefined

interface Input<R extends RestRoute> {
  readonly path?: Readonly<Record<string, string | number>>
  readonly query?: Readonly<Record<string, string | number>>
  readonly body?: BodyOf<R> & object
}

const MAX_ATTEMPTS = 3
const TIMEOUT_MS = 15_000

/** A REST client, typed by the protocol's table of endpoints. */
export class Rest {
  readonly #options: ClientOptions

  constructor(options: ClientOptions) {
    this.#options = options
  }

  /**
   * Resolves with the answer's `data`; throws a `ChatError` when the call is refused. Retryable errors are retried,
   * up to three attempts in all, except for POST, which is not idempotent.
   */
  async call<R extends RestRoute>(route: R, input: Input<R> = {}): Promise<DataOf<R>> {
    const attempts = route.startsWith('POST ') ? 1 : MAX_ATTEMPTS
    for (let failures = 0; ; failures++) {
      try {
        return await this.#attempt(route, input)
      } catch (error) {
        const isRetryable = error instanceof ChatError && errorCodes[error.code].retryable
        if (!isRetryable || failures + 1 >= attempts) throw error
        await pause((error.retryAfterMs ?? 0) + backOffMs(this.#options.timing, failures))
      }
    }
  }

  async #attempt<R extends RestRoute>(route: R, { path, query, body }: Input<R>): Promise<DataOf<R>> {
    const [method = '', pattern = ''] = route.split(' ')
    const url = new URL(this.#options.restUrl + fill(pattern, path ?? {}))
    for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, `${value}`)
    const response = await this.#send(url, method, body)
    const answer: unknown = await response.json().catch(() => undefined)
    if (!response.ok) throw refusal(response.status, answer)
    const data = z.object({ data: endpoints[route].data }).safeParse(answer)
    if (data.success) return data.data.data as DataOf<R>
    throw new Error(`The answer to ${route} does not match the protocol.`)
  }

  async #send(url: URL, method: string, body: object | undefined): Promise<Response> {
    const authorization = `Bearer ${await this.#options.account.token()}`
    try {
      return await fetch(url, {
        method,
        headers: { authorization, ...(body && { 'content-type': 'application/json' }) },
        signal: AbortSignal.timeout(TIMEOUT_MS),
        ...(body && { body: JSON.stringify(body) }),
      })
    } catch (error) {
      throw new ChatError('unavailable', 'the chat cannot be reached', { cause: error })
    }
  }
}

const fill = (pattern: string, path: Readonly<Record<string, string | number>>) =>
  pattern.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(`${path[name] ?? ''}`))

/** API Gateway's own errors do not have our envelope. */
function refusal(status: number, answer: unknown): Error {
  const parsed = failure.safeParse(answer)
  if (!parsed.success) {
    if (status === 429) return new ChatError('rate_limited', 'the chat is too busy')
    if (status >= 500) return new ChatError('unavailable', 'the chat does not answer')
    return new Error(`The chat answered with status ${status}.`)
  }
  const { code, message, retry_after_ms, conversation_id } = parsed.data
  return new ChatError(code, message, {
    ...(retry_after_ms === undefined ? {} : { retryAfterMs: retry_after_ms }),
    ...(conversation_id === undefined ? {} : { details: { conversation_id } }),
  })
}
