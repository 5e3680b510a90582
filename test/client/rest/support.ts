import type { Tokens } from '../../../client/core.ts'
import { source } from '../../../client/readable.ts'
import { createRest } from '../../../client/rest/rest.ts'
import { virtualClock } from '../support/virtual-clock.ts'

/** What a fake server answers: a status and a body, an error of the network, or nothing at all. */
export type Reply = { readonly status: number; readonly body: unknown } | Error | 'silence'

export const ok = (data: unknown): Reply => ({ status: 200, body: { success: true, data } })
export const refused = (status: number, code: string, more: object = {}): Reply => ({
  status,
  body: { success: false, code, message: `because of ${code}`, ...more },
})

export interface Seen {
  readonly method: string
  readonly url: string
  readonly token: string
  readonly body: unknown
  readonly atMs: number
}

/** A `Rest` on a fake server that gives these replies in turn, the last one again and again. */
export function restWith(
  replies: readonly Reply[] | ((seen: Seen) => Reply),
  tokens: Partial<Omit<Tokens, 'forget'>> = {},
  random = () => 0.5,
  fetchInstead?: typeof fetch,
) {
  const clock = virtualClock()
  const begin = clock.now()
  const seen: Seen[] = []
  const signedOut: string[] = []
  let token = 'token-1'
  let refreshes = 0
  const fakeFetch = (async (url: string, init: RequestInit) => {
    const headers = init.headers as Record<string, string>
    const call: Seen = {
      method: String(init.method),
      url,
      token: String(headers['authorization']).replace('Bearer ', ''),
      body: init.body == null ? undefined : JSON.parse(String(init.body)),
      atMs: clock.now() - begin,
    }
    seen.push(call)
    const reply =
      typeof replies === 'function' ? replies(call) : replies[Math.min(seen.length, replies.length) - 1]
    if (reply === undefined || reply === 'silence') return await endOf(init.signal)
    if (reply instanceof Error) throw reply
    const text = typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body)
    return new Response(text, { status: reply.status })
  }) as typeof fetch
  const rest = createRest({
    base: 'https://chat.example.com',
    tokens: {
      current: async () => token,
      refresh: async () => {
        refreshes++
        token = `token-${refreshes + 1}`
        return token
      },
      user: source<string | undefined>('ada'),
      forget: () => undefined,
      ...tokens,
    },
    fetch: fetchInstead ?? fakeFetch,
    clock,
    random,
    onSignedOut: (reason) => signedOut.push(reason),
  })
  return { rest, clock, seen, signedOut, refreshes: () => refreshes }
}

/** Rejects when the call is given up. */
const endOf = (signal: RequestInit['signal']) =>
  new Promise<never>((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))

/** The outcome of a promise, without waiting for it. */
export function outcomeOf<T>(promise: Promise<T>) {
  const outcome: { value?: T; error?: unknown } = {}
  promise.then(
    (value) => {
      outcome.value = value
    },
    (error) => {
      outcome.error = error
    },
  )
  return outcome
}
