import { type ClientFrame, parseClientFrame } from '../../protocol/client-frames.ts'
import { encodeFrame, errorFrame } from '../../protocol/encode.ts'
import { ChatError } from '../../protocol/errors.ts'
import { limits } from '../../protocol/limits.ts'
import { answeredRoutes, type FrameType } from '../../protocol/routes.ts'
import type { AnswerFrame } from '../../protocol/server-frames.ts'
import { admit } from '../chat/connections/session.ts'
import type { Deps } from '../chat/deps.ts'
import { toChatError } from '../report.ts'
import type { SocketEvent, SocketResponse } from './event.ts'
import type { FrameContext, FrameHandlers } from './handler.ts'

const OK: SocketResponse = { statusCode: 200 }

/**
 * From a MESSAGE event to the handler of its frame, and its answer back. Answers are route responses, which
 * cost no call; they are posted where the route has none, and before a close, which would overtake them.
 */
export async function dispatch(
  deps: Pick<Deps, 'poster' | 'connections' | 'rates' | 'now'>,
  handlers: FrameHandlers,
  { requestContext, body = '' }: SocketEvent,
): Promise<SocketResponse> {
  const { poster, connections } = deps
  const { connectionId: connection, routeKey } = requestContext
  const { requestId, result } = parseClientFrame(body)
  const post = async (answer: AnswerFrame) => {
    await poster.post(connection, encodeFrame(answer, requestId))
  }

  try {
    if (result instanceof ChatError) {
      // Handlers count their own frames, in a write that they need anyway.
      await admit(deps, connection)
      throw result
    }
    const answer = await handle(handlers, { connection, reply: post }, result)
    return answer ? { statusCode: 200, body: encodeFrame(answer, requestId) } : OK
  } catch (error) {
    const refusal = toChatError(error, { route: routeKey, connection })
    const closes =
      refusal.closes || (refusal.code === 'rate_limited' && (await keepsOn(connections, connection)))
    const frame = encodeFrame(errorFrame(refusal), requestId)
    const hasResponse = (answeredRoutes as readonly string[]).includes(routeKey)
    if (hasResponse && !closes) return { statusCode: 200, body: frame }
    await poster.post(connection, frame)
    if (closes) await poster.close(connection)
    return OK
  }
}

/** Whether a connection was refused for being too fast so often that it must go. A failure here lets it stay. */
const keepsOn = async (connections: Deps['connections'], connection: string) =>
  ((await connections.count(connection, 'strikes').catch(() => 0)) ?? 0) >= limits.strikes

/** One generic step keeps each handler typed by its own frame. */
const handle = <T extends FrameType>(handlers: FrameHandlers, context: FrameContext, frame: ClientFrame<T>) =>
  (
    handlers[frame.type as T] as (
      context: FrameContext,
      frame: ClientFrame<T>,
    ) => Promise<AnswerFrame | undefined>
  )(context, frame)
