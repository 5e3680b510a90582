import type { AnswerSent, AnswerTo, ClientFrame, FrameType } from '../../protocol/frames.ts'
import type { FrameSource } from '../model.ts'

/** The context that a handler receives besides the frame. */
export interface FrameContext<T extends FrameType = FrameType> {
  readonly source: FrameSource
  /** Posts the answer before the handler is done. Only for frames whose answer is posted. */
  readonly reply: AnswerSent<T> extends 'posted' ? (answer: AnswerTo<T>) => Promise<void> : undefined
}

/**
 * Handles one type of frame. Returns the answer if protocol/frames.ts says that it is returned, and nothing otherwise.
 * An exception becomes an error frame.
 */
export type FrameHandler<T extends FrameType> = (
  context: FrameContext<T>,
  frame: ClientFrame<T>,
) => Promise<AnswerSent<T> extends 'returned' ? AnswerTo<T> : undefined>

export type FrameHandlers = { readonly [T in FrameType]: FrameHandler<T> }
