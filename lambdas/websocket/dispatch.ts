import { encodeFrame, errorFrame } from '../../protocol/encode.ts'
import { ChatError } from '../../protocol/errors.ts'
import { type ClientFrame, parseClientFrame, returnsAnswer } from '../../protocol/frames.ts'
import { limits } from '../../protocol/limits.ts'
import type { AnswerFrame } from '../../protocol/server-frames.ts'
import { admit } from '../chat/connections/session.ts'
import { isCutOff, requireAuthenticated } from '../chat/connections/waiting.ts'
import type { MessageDeps } from '../chat/deps.ts'
import { note } from '../log/record.ts'
import type { FrameSource } from '../model.ts'
import { toChatError } from '../report.ts'
import type { SocketEvent, SocketResponse } from './event.ts'
import type { FrameHandlers } from './handler.ts'

const OK: SocketResponse = { statusCode: 200 }

type AnyHandler = (
  context: { readonly source: FrameSource; readonly reply: (answer: AnswerFrame) => Promise<void> },
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
  const { poster } = deps
  const { connectionId: connection, connectedAt, requestTimeEpoch: receivedAt, routeKey } = requestContext
  const source = { connection, connectedAt, receivedAt }
  const { requestId, result: frame } = parseClientFrame(body)
  const reply = async (answer: AnswerFrame) => {
    const ack = await poster.post(connection, encodeFrame(answer, requestId))
    note({ ack, ack_ms: Math.max(0, deps.now() - receivedAt) })
  }

  try {
    if (frame instanceof ChatError || frame.type !== 'authenticate') {
      await requireAuthenticated(deps, source, frame)
    }
    if (frame instanceof ChatError) {
      // Handlers count their own frames, as part of a write that they need anyway.
      await admit(deps, source)
      throw frame
    }
    // Safe, because the type of the frame selects the handler.
    const answer = await (handlers[frame.type] as AnyHandler)({ source, reply }, frame)
    return answer ? { statusCode: 200, body: encodeFrame(answer, requestId) } : OK
  } catch (error) {
    const refusal = toChatError(error, { route: routeKey, connection }, deps)
    note({ code: refusal.code })
    const isCut = isCutOff(deps.memory, connection)
    const closes = refusal.closes || isCut || (await exceedsStrikes(deps, source, refusal))
    const text = encodeFrame(errorFrame(refusal), requestId)
    if (returnsAnswer(routeKey) && !closes) return { statusCode: 200, body: text }
    await poster.post(connection, text)
    if (closes) await poster.close(connection, refusal.code)
    return OK
  } finally {
    const user = deps.memory.users.get(connection)
    if (user !== undefined) note({ user })
  }
}

/** True if the connection has ignored `retry_after_ms` so often that it must be closed; false if the count fails. */
async function exceedsStrikes(
  { connections }: MessageDeps,
  { connection, receivedAt }: FrameSource,
  { code, retryAfterMs = 0 }: ChatError,
): Promise<boolean> {
  if (code !== 'rate_limited') return false
  const strikes = await connections.strike(connection, receivedAt, retryAfterMs).catch(() => 0)
  return strikes >= limits.strikes
}
