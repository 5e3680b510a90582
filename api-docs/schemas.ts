import * as z from 'zod/mini'
import * as fields from '../protocol/fields.ts'
import { isObject } from '../protocol/json.ts'
import * as model from '../protocol/model.ts'
import { errorFrameShape } from '../protocol/server-frames.ts'

/** A JSON Schema, or a part of a document that contains JSON Schemas. */
export type Json = { readonly [key: string]: unknown }

/** Schemas with their own name in both documents. */
const shared: Readonly<Record<string, z.ZodMiniType>> = {
  Id: fields.id,
  UserId: fields.userId,
  Position: fields.position,
  Time: model.time,
  Content: fields.content,
  Metadata: fields.metadata,
  Title: fields.title,
  InvitationText: fields.invitationText,
  RequestId: fields.requestId,
  UnreadCount: model.conversation.shape.unread_count,
  Person: model.person,
  Message: model.message,
  MessageUpdate: model.messageUpdate,
  ParticipantChange: model.participantChange,
  LogEntry: model.logEntry,
  Conversation: model.conversation,
  Invitation: model.invitation,
  ErrorCode: errorFrameShape.shape.code,
}

interface Conversion {
  /** OpenAPI 3.1 uses the newer dialect, AsyncAPI 3.0 the older one. */
  readonly target: 'draft-2020-12' | 'draft-07'
  /** What the schema describes: `input` is the value on the wire, `output` the parsed value of a text parameter. */
  readonly io?: 'input' | 'output'
}

/** Converts `named` and the shared schemas to JSON Schemas, which refer to each other by name. */
export function toSchemas(
  named: Readonly<Record<string, z.ZodMiniType>>,
  { target, io = 'input' }: Conversion,
): Record<string, Json> {
  const registry = z.registry<{ id: string }>()
  for (const [name, schema] of Object.entries({ ...shared, ...named })) registry.add(schema, { id: name })
  const { schemas } = z.toJSONSchema(registry, { target, io, unrepresentable: 'any', uri: schemaUri })
  return JSON.parse(JSON.stringify(schemas), (_key, part: unknown) => (isObject(part) ? plain(part) : part))
}

const schemaUri = (name: string) => `#/components/schemas/${name}`

export const schemaRef = (name: string) => ({ $ref: schemaUri(name) })

/**
 * Drops `$schema` and `$id`, unwraps an `allOf` that holds a single reference, and wraps a reference into an `allOf` if
 * it has other keys beside it, because some tools ignore those keys.
 */
function plain({ $schema: _dialect, $id: _id, ...schema }: Json): Json {
  const { allOf, $ref, ...others } = schema
  const isLone = Object.keys(others).length === 0
  if (Array.isArray(allOf) && allOf.length === 1 && isLone) return allOf[0] as Json
  return $ref === undefined || isLone ? schema : { ...others, allOf: [{ $ref }] }
}

/** The schemas that a document refers to, directly or through others. */
export function onlyUsed(schemas: Readonly<Record<string, Json>>, document: Json): Record<string, Json> {
  const used = new Set<string>()
  const collect = (part: unknown) => {
    for (const [, name = ''] of JSON.stringify(part).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      if (used.has(name)) continue
      used.add(name)
      collect(schemas[name])
    }
  }
  collect(document)
  return Object.fromEntries(Object.entries(schemas).filter(([name]) => used.has(name)))
}

/** `join_conversation` as `JoinConversation`. */
export const pascal = (name: string) =>
  name.replace(/(?:^|_)([a-z])/g, (_match, letter: string) => letter.toUpperCase())

export const mapValues = <T extends object, U>(
  record: T,
  map: (value: T[keyof T], key: keyof T & string) => U,
): Record<string, U> =>
  Object.fromEntries(
    Object.entries(record).map(([key, value]) => [key, map(value as T[keyof T], key as keyof T & string)]),
  )
