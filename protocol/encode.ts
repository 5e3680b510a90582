import { type ChatError, errorCodes } from './errors.ts'
import type { ErrorFrame, ServerFrame } from './server-frames.ts'

export function errorFrame(error: ChatError): ErrorFrame {
  return {
    type: 'error',
    code: error.code,
    message: error.message,
    retryable: errorCodes[error.code].retryable,
    ...(error.retryAfterMs === undefined ? {} : { retry_after_ms: error.retryAfterMs }),
  }
}

/** The text of a server frame, with the `request_id` of the frame that it answers. */
export const encodeFrame = (frame: ServerFrame, requestId?: string) =>
  JSON.stringify(requestId === undefined ? frame : { ...frame, request_id: requestId })
