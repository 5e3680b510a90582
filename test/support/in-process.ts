import { vi } from 'vitest'
import { dispatch as dispatchCall } from '../../lambdas/rest/dispatch.ts'
import { restHandlers } from '../../lambdas/rest/handlers.ts'
import { dispatch as dispatchFrame } from '../../lambdas/websocket/dispatch.ts'
import { frameHandlers } from '../../lambdas/websocket/handlers.ts'
import { httpRouter } from '../../local/aws/gateway/http-routing.ts'
import { restRoutes } from '../../protocol/endpoints.ts'
import { pushFrames } from '../../protocol/server-frames.ts'
import type { Admin } from './chat.ts'
import { anId, rig } from './interleave.ts'
import type { Frame } from './socket.ts'
import { tokenFor } from './tokens.ts'

/** An open connection, without a socket. */
export interface Line {
  readonly id: string
  /** Every frame that was posted to the connection, oldest first, and every frame that was returned to it. */
  readonly frames: readonly Frame[]
  /** Handles a frame to its end, with its pushes; resolves with the frame that answers it. */
  ask(frame: object | string): Promise<Frame | undefined>
}

/** The sweep of the chat whose database this is must not look for these connections. */
const OPENED_IN_MS = 24 * 3_600_000
const UNLIMITED = { perSecond: 1_000_000, burst: 1_000_000 }
const route = httpRouter(restRoutes.map((routeKey) => ({ routeKey }) as never))

/**
 * The functions in this process, as API Gateway calls them, on the database of the running chat: many inputs take a
 * fraction of the time that they take over sockets. No rate is limited.
 */
export function functionsInProcess() {
  const lines = new Map<string, Frame[]>()
  const { deps: shared, reported } = rig()
  const deps = {
    ...shared,
    rates: { ...shared.rates, frames: UNLIMITED, messages: UNLIMITED },
    poster: {
      ...shared.poster,
      post: async (to: string, frame: string) => {
        lines.get(to)?.push(JSON.parse(frame))
        return lines.has(to) ? ('delivered' as const) : ('gone' as const)
      },
    },
  }
  const [onRest, onSocket] = [restHandlers(deps), frameHandlers(deps)]
  return {
    /** Errors that became `unavailable`, or that no client saw. */
    reported,

    /** Calls a REST route below `/api/admin/chat`. */
    async call(token: string, method: string, path: string, body?: object | string) {
      const { pathname, searchParams } = new URL(`http://chat/api/admin/chat${path}`)
      const found = route(method, pathname)
      const decoded = Object.entries(found?.pathParameters ?? {}).map(([name, value]) => [
        name,
        decodeURIComponent(value),
      ])
      const text = typeof body === 'object' ? JSON.stringify(body) : body
      const answer = await dispatchCall(deps, onRest, {
        routeKey: found?.route.routeKey ?? '$default',
        headers: { authorization: `Bearer ${token}` },
        pathParameters: Object.fromEntries(decoded),
        queryStringParameters: Object.fromEntries(searchParams),
        ...(text === undefined ? {} : { body: text }),
        isBase64Encoded: false,
      })
      return { status: answer.statusCode, body: JSON.parse(answer.body) as Frame }
    },

    /** Opens a connection. Its first frame must authenticate it. */
    async open(): Promise<Line> {
      const id = `${anId()}=`
      const connectedAt = Date.now() + OPENED_IN_MS
      const frames: Frame[] = []
      lines.set(id, frames)
      await deps.register.add({ id, openedAt: connectedAt })
      return {
        id,
        frames,
        async ask(frame) {
          const body = typeof frame === 'string' ? frame : JSON.stringify(frame)
          const posted = frames.length
          const requestContext = {
            routeKey: routeKeyOf(body),
            eventType: 'MESSAGE' as const,
            connectionId: id,
            connectedAt,
            requestTimeEpoch: Date.now(),
          }
          const returned = await dispatchFrame(deps, onSocket, { requestContext, body })
          if (returned.body !== undefined) frames.push(JSON.parse(returned.body))
          return frames.slice(posted).find(({ type }) => !(type in pushFrames))
        },
      }
    },
  }
}

/** An administrator who uses the functions directly, and sees every push that a call causes when it ends. */
export function adminInProcess(
  functions: ReturnType<typeof functionsInProcess>,
  { id }: { readonly id: string },
): Admin {
  const token = tokenFor(id)
  return {
    id,
    token,
    async call(...call) {
      return { ...(await functions.call(token, ...call)), headers: new Headers() }
    },
    async connect() {
      const line = await functions.open()
      const taken = new Set<Frame>()
      const ask = async (frame: object) => (await line.ask(frame)) ?? {}
      await ask({ type: 'authenticate', token })
      return {
        frames: line.frames,
        connectionId: line.id,
        ask,
        send: (frame) => void line.ask(frame),
        async next(type) {
          const found = await vi.waitUntil(() =>
            line.frames.find((frame) => frame['type'] === type && !taken.has(frame)),
          )
          taken.add(found)
          return found
        },
        closed: new Promise(() => undefined),
        close: async () => undefined,
        terminate: () => undefined,
      }
    },
  }
}

/** API Gateway reads the route from the frame. */
function routeKeyOf(body: string): string {
  try {
    return String(JSON.parse(body).type)
  } catch {
    return '$default'
  }
}
