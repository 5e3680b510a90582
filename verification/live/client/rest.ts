import type { Endpoint } from '../chat/commands.ts'

export interface RestAnswer {
  /** 0 if no answer arrived. */
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

const TIMEOUT_MS = 15_000

/** Makes a REST call for a user. Resolves with status 0 if no answer arrives. */
export async function callRest(
  { url, token }: Endpoint,
  user: string,
  method: string,
  path: string,
  body?: object,
): Promise<RestAnswer> {
  try {
    const response = await fetch(`${url}/api/admin/chat${path}`, {
      method,
      headers: { authorization: `Bearer ${token(user)}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body && { body: JSON.stringify(body) }),
    })
    return { status: response.status, body: (await response.json()) as RestAnswer['body'] }
  } catch {
    return { status: 0, body: {} }
  }
}

/** True if no answer arrived, a rate limit applied, or a dependency failed: the same call may succeed later. */
export const isRetryable = ({ status }: RestAnswer) => status === 0 || status === 429 || status >= 500
