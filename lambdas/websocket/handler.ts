import type { ClientFrame } from '../../protocol/client-frames.ts'
import type { FrameType } from '../../protocol/routes.ts'
import type { AnswerFrame } from '../../protocol/server-frames.ts'

/** What a frame handler knows beside the frame. */
export interface FrameContext {
  readonly connection: string
  /** Answers at once, before the handler is done. */
  readonly reply: (answer: AnswerFrame) => Promise<void>
}

/** Handles one type of frame; what it returns is the answer, what it throws is told as an error frame. */
export type FrameHandler<T extends FrameType> = (
  context: FrameContext,
  frame: ClientFrame<T>,
) => Promise<AnswerFrame | undefined>

export type FrameHandlers = { readonly [T in FrameType]: FrameHandler<T> }
