import { z } from 'zod'
import type { ConnectionsApi } from './aws/gateway/connections.ts'
import type { Invoke } from './aws/lambda/invoke.ts'

/** Receives a line for each request and frame: types, ids and durations, never content. */
export type Trace = (line: string) => void

const socketEvent = z.object({ requestContext: z.object({ routeKey: z.string(), connectionId: z.string() }) })
const answer = z.object({ body: z.string() })
const frame = z.object({ type: z.string() })

/** Traces the frames that clients send over the socket, and the answers to these frames. */
export function traceFrames(invoke: Invoke, trace: Trace): Invoke {
  return async (functionId, event, isWanted) => {
    const socket = socketEvent.safeParse(event)
    if (!socket.success) return invoke(functionId, event, isWanted)
    const { routeKey, connectionId } = socket.data.requestContext
    trace(`→ ${routeKey} from ${shorten(connectionId)}`)
    const startedAt = performance.now()
    const result = await invoke(functionId, event, isWanted)
    const { data } = answer.safeParse(result)
    if (data) trace(`← ${typeOf(data.body)} to ${shorten(connectionId)} ${elapsed(startedAt)}`)
    return result
  }
}

/** Traces what the functions post to connections. */
export function tracePosts(connections: ConnectionsApi, trace: Trace): ConnectionsApi {
  return {
    ...connections,
    async post(connectionId, body) {
      const result = await connections.post(connectionId, body)
      const failure = result.outcome === 'delivered' ? '' : ` (${result.outcome})`
      trace(`← ${typeOf(body.toString())} to ${shorten(connectionId)}${failure}`)
      return result
    },
  }
}

/** The time since `startedAt`, a reading of the monotonic clock. */
export function elapsed(startedAt: number): string {
  return `${Math.round(performance.now() - startedAt)} ms`
}

function typeOf(body: string): string {
  try {
    return frame.parse(JSON.parse(body)).type
  } catch {
    return 'a frame without a type'
  }
}

function shorten(connectionId: string): string {
  return `${connectionId.slice(0, 4)}…`
}
