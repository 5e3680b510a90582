import type { ChatError, ErrorCode } from './errors.ts'
import { errorCodes } from './errors.ts'
import type { Conversation, Invitation, Message } from './model.ts'

/** The answer to one client frame; repeats its `request_id`. */
export type AnswerFrame =
  | {
      readonly type: 'authenticated'
      readonly success: true
      readonly user_id: string
      readonly connection_id: string
      readonly expires_at: string
    }
  | {
      readonly type: 'joined_conversation'
      readonly conversation_id: string
      readonly last_seq: number
      readonly last_read_seq: number
      /** What follows `after_seq`, oldest first; only when that was given. */
      readonly messages?: readonly Message[]
      readonly has_more?: boolean
      /** `after_seq` lies beyond the log: what the client holds is not of this log. */
      readonly reset?: true
    }
  | { readonly type: 'left_conversation'; readonly conversation_id: string }
  | {
      readonly type: 'message_sent'
      readonly conversation_id: string
      readonly client_message_id?: string
      readonly message: Message
      /** It was stored before; nothing new was stored and nobody is told again. */
      readonly duplicate?: true
    }
  | {
      readonly type: 'pong'
      readonly time: string
      /** Each joined conversation's last `seq`. */
      readonly heads: Readonly<Record<string, number>>
    }

/** What the server tells without being asked. */
export type PushFrame =
  | { readonly type: 'new_message'; readonly conversation_id: string; readonly message: Message }
  | {
      readonly type: 'conversation_updated'
      readonly conversation_id: string
      readonly last_seq: number
      readonly last_message: Message
      readonly unread_count?: number
    }
  | { readonly type: 'new_invitation'; readonly invitation: Invitation }
  | {
      readonly type: 'invitation_accepted'
      readonly invitation_id: string
      readonly conversation_id: string
      /** Who accepted. */
      readonly participant_id: string
      readonly conversation: Conversation
    }
  | { readonly type: 'invitation_rejected'; readonly invitation_id: string }

export interface ErrorFrame {
  readonly type: 'error'
  readonly code: ErrorCode
  readonly message: string
  readonly request_id?: string
  readonly retryable: boolean
  readonly retry_after_ms?: number
}

export type ServerFrame = AnswerFrame | PushFrame | ErrorFrame

export function errorFrame(error: ChatError): ErrorFrame {
  return {
    type: 'error',
    code: error.code,
    message: error.message,
    retryable: errorCodes[error.code].retryable,
    ...(error.retryAfterMs === undefined ? {} : { retry_after_ms: error.retryAfterMs }),
  }
}

/** The only way out: a frame as text, with the `request_id` of the frame it answers. */
export const encodeFrame = (frame: ServerFrame, requestId?: string) =>
  JSON.stringify(requestId === undefined ? frame : { ...frame, request_id: requestId })
