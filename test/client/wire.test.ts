import { expectTypeOf, it } from 'vitest'
import type * as Wire from '../../client/wire.ts'
import type { AnswerTypes, ClientFrames, ServerFrameOf } from '../../client/wire.ts'
import type { ErrorCode } from '../../protocol/errors.ts'
import type * as Frames from '../../protocol/frames.ts'
import type { JsonObject } from '../../protocol/json.ts'
import type * as Model from '../../protocol/model.ts'
import type * as Server from '../../protocol/server-frames.ts'

// These tests fail at compile time, in `npm run typecheck`. client/wire.ts repeats the types of protocol/ by hand, so
// that client.d.ts needs no schema library.

/**
 * A type as one object with all its fields, however it was put together. Metadata is left out: protocol/ has it as
 * an object of unknown values, the client as JSON.
 */
type Fields<T> = T extends object
  ? { [K in keyof T]: K extends 'metadata' ? 'any JSON object' : Fields<T[K]> }
  : T

it('the client has the model of the protocol', () => {
  expectTypeOf<Fields<Wire.Person>>().toEqualTypeOf<Fields<Model.Person>>()
  expectTypeOf<Fields<Wire.Message>>().toEqualTypeOf<Fields<Model.Message>>()
  expectTypeOf<Fields<Wire.MessageUpdate>>().toEqualTypeOf<Fields<Model.MessageUpdate>>()
  expectTypeOf<Fields<Wire.ParticipantChange>>().toEqualTypeOf<Fields<Model.ParticipantChange>>()
  expectTypeOf<Fields<Wire.LogEntry>>().toEqualTypeOf<Fields<Model.LogEntry>>()
  expectTypeOf<Fields<Wire.Conversation>>().toEqualTypeOf<Fields<Model.Conversation>>()
  expectTypeOf<Fields<Wire.Invitation>>().toEqualTypeOf<Fields<Model.Invitation>>()
  expectTypeOf<Wire.ErrorCode>().toEqualTypeOf<ErrorCode>()
  expectTypeOf<Wire.JsonObject>().toExtend<JsonObject>()
})

/** The server frames of the protocol by their type; the server adds the `request_id` to answers. */
type Received = {
  [T in Server.ServerFrame['type']]: Fields<
    Extract<Server.ServerFrame, { readonly type: T }> &
      (T extends Server.AnswerType ? { readonly request_id?: string } : unknown)
  >
}

it('the client has every answer, push and error of the protocol, and no other', () => {
  expectTypeOf<{ [T in Wire.ServerFrameType]: Fields<ServerFrameOf<T>> }>().toEqualTypeOf<Received>()
})

/** The fields of client frames that the protocol knows and the client never sends. */
interface Unsent {
  authenticate: never
  join_conversation: never
  leave_conversation: never
  send_message: 'sender_id'
  mark_read: never
  typing: never
  ping: never
}
type FieldNames<T extends Frames.FrameType> = Exclude<keyof Frames.ClientFrame<T>, 'type'>

it('the protocol accepts every frame that the client sends', () => {
  expectTypeOf<Wire.ClientFrameType>().toEqualTypeOf<Frames.FrameType>()
  expectTypeOf<Wire.ClientFrame>().toExtend<Frames.ClientFrame & { readonly request_id?: string }>()
  expectTypeOf<{ [T in Wire.ClientFrameType]: keyof ClientFrames[T] }>().toEqualTypeOf<{
    [T in Frames.FrameType]: Exclude<FieldNames<T>, Unsent[T]>
  }>()
})

it('the client knows which frame answers which', () => {
  expectTypeOf<AnswerTypes>().toEqualTypeOf<{
    [T in Frames.FrameType]: Frames.AnswerTo<T> extends { readonly type: infer Type } ? Type : never
  }>()
})
