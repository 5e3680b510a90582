import type { Message, ServerFrame } from '../wire.ts'

/** What a frame tells about a log. */
export interface Pushed {
  /** The log has reached this `seq`. */
  readonly seq: number
  /** The message that the entry with this `seq` adds or changes; absent if the frame does not contain it. */
  readonly message: Message | undefined
  readonly unread: number | undefined
}

/** Every field that a frame about a log may have. */
interface Fields {
  readonly seq?: number
  readonly last_seq?: number
  readonly message?: Message
  readonly last_message?: Message | null
  readonly unread_count?: number
}

/** Undefined if the frame tells nothing about a log. Frames of unknown types are read in the same way. */
export function pushedBy(frame: ServerFrame): Pushed | undefined {
  const { last_seq, message, last_message, unread_count: unread, ...fields } = frame as Fields
  const seq = fields.seq ?? last_seq ?? message?.seq
  if (seq === undefined) return undefined
  // Otherwise the entry is something else, and the frame shows the last message only for convenience.
  const last = last_message?.seq === seq ? last_message : undefined
  return { seq, message: message ?? last, unread }
}
