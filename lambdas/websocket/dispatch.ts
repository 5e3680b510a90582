import { encodeFrame, errorFrame } from '../../protocol/encode.ts'
import { ChatError } from '../../protocol/errors.ts'
import { type ClientFrame, parseClientFrame, returnsAnswer } from '../../protocol/frames.ts'
import { limits } from '../../protocol/limits.ts'
import type { AnswerFrame } from '../../protocol/server-frames.ts'
import { admit } from '../chat/connections/session.ts'
import type { Deps, MessageDeps } from '../chat/deps.ts'
import { toChatError } from '../report.ts'
import type { SocketEvent, SocketResponse } from './event.ts'
import type { FrameHandlers } from './handler.ts'

const OK: SocketResponse = { statusCode: 200 }

type AnyHandler = (
  context: { readonly connection: string; readonly reply: (answer: AnswerFrame) => Promise<void> },
  frame: ClientFrame,
) => Promise<AnswerFrame | undefined>

/**
 * Passes a MESSAGE event to the handler of its frame and sends the answer. A refusal goes back as the route
 * response, which costs no call. It is posted instead if the route has no response, and before a close, which
 * would overtake a route response.
 */
export async function dispatch(
  deps: MessageDeps,
  handlers: FrameHandlers,
  { requestContext, body = '' }: SocketEvent,
): Promise<SocketResponse> {
  const { poster, connections } = deps
  const { connectionId: connection, routeKey } = requestContext
  const { requestId, result: frame } = parseClientFrame(body)
  const reply = async (answer: AnswerFrame) => {
    await poster.post(connection, encodeFrame(answer, requestId))
  }

  try {
    if (frame instanceof ChatError) {
      // Handlers count their own frames, as part of a write that they need anyway.
      await admit(deps, connection)
      throw frame
    }
    // Safe, because the type of the frame selects the handler.
    const answer = await (handlers[frame.type] as AnyHandler)({ connection, reply }, frame)
    return answer ? { statusCode: 200, body: encodeFrame(answer, requestId) } : OK
  } catch (error) {
    const refusal = toChatError(error, { route: routeKey, connection }, deps)
    const closes =
      refusal.closes || (refusal.code === 'rate_limited' && (await exceedsStrikes(connections, connection)))
    const text = encodeFrame(errorFrame(refusal), requestId)
    if (returnsAnswer(routeKey) && !closes) return { statusCode: 200, body: text }
    await poster.post(connection, text)
    if (closes) await poster.close(connection, refusal.code)
    return OK
  }
}

/** True if the connection was too fast so often that it must be closed; false if the count fails. */
const exceedsStrikes = async (connections: Deps['connections'], connection: string) =>
  ((await connections.count(connection, 'strikes').catch(() => 0)) ?? 0) >= limits.strikes
