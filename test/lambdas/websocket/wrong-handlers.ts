import type { FrameHandler } from '../../../lambdas/websocket/handler.ts'

const pong = { type: 'pong', time: '2026-01-01T00:00:00.000Z', heads: {} } as const
const left = { type: 'left_conversation', conversation_id: 'c' } as const
const read = { type: 'marked_read', conversation_id: 'c', last_read_seq: 1, unread_count: 0 } as const

/** Each handler below has the wrong answer. `npm run typecheck` fails if one of them compiles. */
export const wrong = {
  // @ts-expect-error: leave_conversation is answered by left_conversation
  otherAnswer: (async () => pong) satisfies FrameHandler<'leave_conversation'>,
  // @ts-expect-error: the answer to leave_conversation must be returned
  noAnswer: (async () => undefined) satisfies FrameHandler<'leave_conversation'>,
  // @ts-expect-error: the answer to mark_read is posted, so returning it would send nothing
  returned: (async () => read) satisfies FrameHandler<'mark_read'>,
  otherPosted: (async ({ reply }) => {
    // @ts-expect-error: mark_read is answered by marked_read
    await reply(left)
    return undefined
  }) satisfies FrameHandler<'mark_read'>,
  // @ts-expect-error: typing has no answer
  unasked: (async () => left) satisfies FrameHandler<'typing'>,
}
