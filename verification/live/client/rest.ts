import type { Place } from '../chat/chat.ts'

export interface RestAnswer {
  /** 0 when nobody answered. */
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

const WITHIN = 15_000

/** One REST call of a user; whatever goes wrong on the way is an answer with status 0. */
export async function callRest(
  { url, token }: Place,
  user: string,
  method: string,
  path: string,
  body?: object,
): Promise<RestAnswer> {
  try {
    const response = await fetch(`${url}/api/admin/chat${path}`, {
      method,
      headers: { authorization: `Bearer ${token(user)}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(WITHIN),
      ...(body && { body: JSON.stringify(body) }),
    })
    return { status: response.status, body: (await response.json()) as RestAnswer['body'] }
  } catch {
    return { status: 0, body: {} }
  }
}

/** Nobody answered, too much was asked, or a dependency failed: the same call may succeed later. */
export const isRetryable = ({ status }: RestAnswer) => status === 0 || status === 429 || status >= 500
