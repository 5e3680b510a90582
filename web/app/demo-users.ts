import type { Person } from '../../client/index.ts'

export interface DemoUser extends Person {
  readonly token: string
}

const RETRY_MS = 3000

/** The users as whom a visitor can sign in with one click, on the page of a laptop. A deployed chat has none. */
export async function demoUsers(): Promise<readonly DemoUser[]> {
  if (!/^(localhost|127(\.\d+){3}|\[::1\])$/.test(location.hostname)) return []
  const response = await fetch('/local/users').catch(() => undefined)
  if (response) {
    const answer = (await response.json().catch(() => ({}))) as { readonly users?: readonly DemoUser[] }
    return answer.users ?? []
  }
  // The chat is not running at the moment.
  await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
  return demoUsers()
}
