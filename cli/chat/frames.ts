import type * as z from 'zod/mini'
import { isObject } from '../../protocol/json.ts'
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

/** What arrived on the socket. */
export interface Incoming {
  /** Nothing: API Gateway's own frame, which has no type and can be tried again. */
  readonly frame: ServerFrame | undefined
  /** Of the frame that this answers. */
  readonly requestId: string | undefined
}

/** Nothing if the frame is of a kind that this client does not know. */
export function readFrame(text: string): Incoming | undefined {
  const value = parse(text)
  if (!isObject(value)) return undefined
  const { type, request_id } = value
  const requestId = typeof request_id === 'string' ? request_id : undefined
  if (typeof type !== 'string') return { frame: undefined, requestId }
  const parsed = Object.hasOwn(shapes, type) ? shapes[type]?.schema.safeParse(value) : undefined
  return parsed?.success ? { frame: parsed.data as ServerFrame, requestId } : undefined
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export const isAnswer = (frame: ServerFrame): frame is AnswerFrame => Object.hasOwn(answerFrames, frame.type)

export const isPush = (frame: ServerFrame): frame is PushFrame => Object.hasOwn(pushFrames, frame.type)
