import type { Person } from '../../client/index.ts'

export interface DemoUser extends Person {
  readonly token: string
}

/** The users that a laptop offers on its own page for signing in by a click. A deployed chat has none. */
export async function demoUsers(server: string): Promise<readonly DemoUser[]> {
  const isOnLaptop = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(location.hostname)
  if (!isOnLaptop || server !== location.origin) return []
  try {
    const response = await fetch(`${server}/local/users`)
    const { users } = (await response.json()) as { readonly users?: readonly DemoUser[] }
    return users ?? []
  } catch {
    return []
  }
}
