import type * as z from 'zod/mini'
import { isObject, parseJson } from '../../protocol/json.ts'
import {
  type AnswerFrame,
  answerFrames,
  errorFrameShape,
  type PushFrame,
  pushFrames,
  type ServerFrame,
} from '../../protocol/server-frames.ts'

const shapes: Readonly<Record<string, { readonly schema: z.ZodMiniType }>> = {
  ...answerFrames,
  ...pushFrames,
  error: { schema: errorFrameShape },
}

/** A frame that was received. */
export interface Incoming {
  /** Undefined for an error frame of API Gateway itself, which has no `type` and is retryable. */
  readonly frame: ServerFrame | undefined
  /** The `request_id` of the frame that this one answers. */
  readonly requestId: string | undefined
}

/** Returns undefined for a frame whose type is unknown to this client or whose shape is invalid. */
export function readFrame(text: string): Incoming | undefined {
  const value = parseJson(text)
  if (!isObject(value)) return undefined
  const { type, request_id } = value
  const requestId = typeof request_id === 'string' ? request_id : undefined
  if (typeof type !== 'string') return { frame: undefined, requestId }
  const parsed = Object.hasOwn(shapes, type) ? shapes[type]?.schema.safeParse(value) : undefined
  return parsed?.success ? { frame: parsed.data as ServerFrame, requestId } : undefined
}

export const isAnswer = (frame: ServerFrame): frame is AnswerFrame => Object.hasOwn(answerFrames, frame.type)

export const isPush = (frame: ServerFrame): frame is PushFrame => Object.hasOwn(pushFrames, frame.type)
