import type { IncomingMessage, ServerResponse } from 'node:http'
import type { User } from '../lambdas/model.ts'
import { hostProblem } from './loopback-host.ts'

/** The path of the list of users. The page offers to sign in as one of them. The path exists only on the laptop. */
export const LOCAL_USERS_PATH = '/local/users'

export interface LocalUsersOptions {
  readonly listUsers: () => Promise<readonly User[]>
  /** Signs a token that is valid for this number of hours. */
  readonly token: (userId: string, hours: number) => string
  readonly warn: (problem: string) => void
}

const TOKEN_HOURS = 12

const headers = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'content-type': 'application/json; charset=utf-8',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

/**
 * Answers with the users who may chat, and a token for each. Pages of other origins get 404, because anyone who has a
 * token can read every conversation of its user.
 */
export function createLocalUsers({ listUsers, token, warn }: LocalUsersOptions) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (!isOfOwnPage(request)) {
      response.writeHead(404, headers)
      return void response.end(JSON.stringify({ message: 'Not Found' }))
    }
    try {
      const admins = (await listUsers()).filter(({ role }) => role === 'admin')
      const users = admins.map(({ id, firstname, lastname, email }) => ({
        id,
        firstname,
        lastname,
        email,
        token: token(id, TOKEN_HOURS),
      }))
      response.writeHead(200, headers).end(JSON.stringify({ users }))
    } catch (error) {
      warn(`the users could not be read: ${error}`)
      response.writeHead(503, headers).end(JSON.stringify({ message: 'Service Unavailable' }))
    }
  }
}

/** Tunnels and proxies add these headers to the requests of other machines, and may replace `Host`. */
const forwardingHeaders = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host']

/** Browsers send `Sec-Fetch-Site` with requests that have no `Origin`, such as those of a script element. */
function isOfOwnPage({ method, headers }: IncomingMessage): boolean {
  const { host, origin, 'sec-fetch-site': site = 'none' } = headers
  if (method !== 'GET' || hostProblem(host) !== undefined) return false
  if (forwardingHeaders.some((name) => headers[name] !== undefined)) return false
  if (origin !== undefined && origin !== `http://${host}`) return false
  return site === 'same-origin' || site === 'none'
}
