import * as z from 'zod/mini'
import type { ErrorCode } from '../errors.ts'
import { described, id } from '../fields.ts'
import { errorFrameShape } from '../server-frames.ts'

/** The tags by which docs/openapi.yaml groups the routes. */
export const tags = {
  conversations: 'The conversations of the caller.',
  messages: 'The log of a conversation.',
  invitations: 'Invitations to conversations of two and to groups.',
  people: 'Users that the caller can invite.',
  health: 'Whether the chat is running.',
} as const

/** The complete definition of one REST route. */
export interface Endpoint {
  readonly operationId: string
  readonly tag: keyof typeof tags
  /** One line for docs/openapi.yaml. */
  readonly summary: string
  /** Everything that the summary and the schemas do not say. */
  readonly description?: string
  readonly path?: z.ZodMiniType
  readonly query?: z.ZodMiniType
  readonly body?: z.ZodMiniType
  /** The envelope's `data`. */
  readonly data: z.ZodMiniType
  /** Error codes of this route, in addition to `commonCodes`. */
  readonly codes: readonly ErrorCode[]
}

/** Error codes that every route except health may answer with. */
export const commonCodes: readonly ErrorCode[] = [
  'bad_request',
  'unauthorized',
  'forbidden',
  'rate_limited',
  'unavailable',
]

/** The envelope of a refused call. */
export const failure = z.object({
  success: z.literal(false),
  code: errorFrameShape.shape.code,
  message: described(z.string(), 'Names the invalid field, if there is one.'),
  retry_after_ms: described(z.exactOptional(z.int()), 'How long to wait before the next attempt, if known.'),
  conversation_id: described(z.exactOptional(id), 'With `conversation_exists`: the existing conversation.'),
})

/** A whole number in a path or a query string. */
export const integer = (min: number, max: number) =>
  z.pipe(
    z.pipe(z.string().check(z.regex(/^\d{1,16}$/, 'must be a whole number')), z.transform(Number)),
    z.int().check(z.minimum(min), z.maximum(max)),
  )

/** The number of items in a page. */
export const pageLimit = (max: number, byDefault: number) => z._default(integer(1, max), byDefault)

/** The path parameter of routes with an `{id}`. */
export const idPath = z.object({ id })

/** API Gateway's connection ids end in `=`, so they do not match the schema `id`. */
export const connectionId = described(
  z.optional(z.string()),
  "The caller's own connection, which then gets no push; any other value is ignored.",
)

/** For the description of routes that take `connection_id`. */
export const ownConnection =
  "`connection_id` names the caller's own connection, which then gets no push. The caller's other connections still get it."

export const maxSeq = Number.MAX_SAFE_INTEGER
