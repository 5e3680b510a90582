import { once } from 'node:events'
import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'
import { setTimeout as delay } from 'node:timers/promises'
import { StartError } from '../../start-error.ts'
import { httpAccess } from './engine-client.ts'

const START_TIMEOUT_MS = 8_000
const ANSWER_TIMEOUT_MS = 1_000

/** Resolves once the engine answers anything at all. `exited` returns the reason if the engine has exited. */
export async function waitUntilReady(endpoint: string, exited: () => string | undefined): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS
  for (;;) {
    const reason = exited()
    if (reason !== undefined) throw new StartError(`${reason}.`)
    try {
      return await answer(endpoint)
    } catch (error) {
      if (Date.now() > deadline) {
        throw new StartError(
          `The database engine at ${endpoint} does not respond. Check that it runs and that the address is right.`,
          { cause: error },
        )
      }
    }
    await delay(15)
  }
}

async function answer(endpoint: string): Promise<void> {
  const { url, agent } = httpAccess(endpoint)
  const { get } = url.startsWith('https:') ? https : http
  const request = get(url, { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS), ...(agent && { agent }) })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  response.resume()
  agent?.destroy()
}
