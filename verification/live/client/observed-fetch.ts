import type { Observed } from '../../model/frame-checks.ts'
import type { Frame } from '../../model/receive.ts'
import { checkAnswer, noteCall, type RestCall } from '../../model/rest-checks.ts'

/** A `fetch` that records the messages that it sends. */
export const observedFetch =
  (observed: Observed): typeof fetch =>
  async (input, init = {}) => {
    const body = JSON.parse(String(init.body ?? '{}')) as Frame
    const call: RestCall = { method: init.method ?? 'GET', path: new URL(String(input)).pathname, body }
    noteCall(observed, call)
    const response = await fetch(input, init)
    if (response.ok && call.method === 'POST')
      checkAnswer(observed, call, response.status, (await response.clone().json()) as Frame)
    return response
  }
