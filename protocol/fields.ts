import * as z from 'zod/mini'
import { ChatError } from './errors.ts'
import { fieldError } from './field-errors.ts'
import { isObject, type JsonObject } from './json.ts'
import { limits } from './limits.ts'
import { byteLength, codePoints, isInvisible, isOneLine, isWellFormed, nesting } from './text.ts'

/** A refinement whose failure is `payload_too_large` rather than `bad_request`. */
const atMost = <T>(fits: (value: T) => boolean, error: string) =>
  z.refine<T>(fits, { error, params: { code: 'payload_too_large' } })

const wellFormed = z.refine<string>(isWellFormed, { error: 'must be well-formed Unicode', abort: true })

/** Adds a description to a schema, for docs/asyncapi.yaml and docs/openapi.yaml. */
export const described = <T extends z.ZodMiniType>(schema: T, description: string): T =>
  schema.check(z.meta({ description }))

/**
 * Adds a title to a schema that has no name of its own in the documents; generators use the title as the name of its
 * type.
 */
export const titled = <T extends z.ZodMiniType>(schema: T, title: string): T =>
  schema.check(z.meta({ title }))

/** May be sent with any frame; the answer repeats it. */
export const requestId = z.string().check(z.maxLength(limits.requestIdLength))

/** An id of a conversation, message or invitation, or an id that the client chose. */
export const id = z.string().check(z.regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 of A-Z a-z 0-9 _ -'))

/** The key of a call that can be repeated. */
export const requestKey = z
  .string()
  .check(wellFormed, z.minLength(1, 'must not be empty'), z.maxLength(limits.requestIdLength))

/** A user id. E-mail addresses are allowed. */
export const userId = z
  .string()
  .check(z.regex(/^[A-Za-z0-9_@.+'-]{1,254}$/, "must be 1 to 254 of A-Z a-z 0-9 _ - @ . + '"))

/** A `seq` in a conversation's log; 0 is before the first entry. */
export const position = z.int().check(z.minimum(0))

const visible = z.refine<string>((text) => !isInvisible(text), { error: 'must not be blank', abort: true })

/** One line that is safe to show anywhere: see `isOneLine`. */
const oneLine = z.refine<string>(isOneLine, {
  error: 'must be one line without control characters or direction marks',
  abort: true,
})

const atMostCodePoints = (max: number) =>
  z.refine<string>((text) => codePoints(text) <= max, { error: `is over ${max} characters` })

const textAtMost = [
  atMost(
    (text: string) => codePoints(text) <= limits.contentCodePoints,
    `is over ${limits.contentCodePoints} characters`,
  ),
  atMost((text: string) => byteLength(text) <= limits.contentBytes, `is over ${limits.contentBytes} bytes`),
] as const

const textBytes = `well-formed Unicode, at most ${limits.contentBytes} bytes as UTF-8`

/** The content of a message: visible, well-formed Unicode, stored as it was written. */
export const content = z
  .string()
  .check(
    wellFormed,
    visible,
    ...textAtMost,
    z.meta({ minLength: 1, maxLength: limits.contentCodePoints, description: `Not blank, ${textBytes}.` }),
  )

/** The title of a group: one line of visible text. */
export const title = z.string().check(
  wellFormed,
  visible,
  oneLine,
  atMostCodePoints(limits.titleCodePoints),
  z.meta({
    minLength: 1,
    maxLength: limits.titleCodePoints,
    description: 'Not blank; one line without control characters or direction marks.',
  }),
)

/** A text that an operator enters about a user, such as a name: one line, which may be empty. */
export const userText = z.string().check(wellFormed, oneLine, atMostCodePoints(limits.userTextCodePoints))

/** The text of an invitation; may be empty. */
export const invitationText = z
  .string()
  .check(
    wellFormed,
    ...textAtMost,
    z.meta({ maxLength: limits.contentCodePoints, description: `May be empty; ${textBytes}.` }),
  )

/**
 * Refuses infinite numbers, because numbers.ts makes every number infinite whose digits a double cannot keep. The error
 * names the first one.
 */
const numbersKept = z.check<JsonObject>((payload) => {
  const path = pathToInfinity(payload.value)
  if (!path) return
  const message = 'is a number that does not fit into a double without losing digits'
  payload.issues.push({ code: 'custom', input: payload.value, path: [...path], message })
})

function pathToInfinity(value: unknown): readonly string[] | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : []
  if (typeof value !== 'object' || value === null) return undefined
  for (const [key, part] of Object.entries(value)) {
    const path = pathToInfinity(part)
    if (path) return [key, ...path]
  }
  return undefined
}

/** Any JSON object whose numbers fit into a double, stored and delivered unchanged. */
export const metadata = z.custom<JsonObject>(isObject, 'must be an object').check(
  atMost(
    (value: JsonObject) => nesting(JSON.stringify(value)) <= limits.metadataNesting,
    `is nested deeper than ${limits.metadataNesting} levels`,
  ),
  numbersKept,
  atMost(
    (value: JsonObject) => byteLength(JSON.stringify(value)) <= limits.metadataBytes,
    `is over ${limits.metadataBytes} bytes`,
  ),
  z.meta({
    type: 'object',
    additionalProperties: true,
    description: `Any JSON object whose numbers fit into a double, stored and delivered unchanged; at most ${limits.metadataBytes} bytes as JSON text and ${limits.metadataNesting} levels deep.`,
  }),
)

/** Parses untrusted data. Throws a `ChatError` that names the first invalid field. */
export function parseFields<T extends z.ZodMiniType>(schema: T, value: unknown): z.output<T> {
  // `fieldError` is passed here and not set globally, because a global setting would also replace zod's messages for
  // settings and templates.
  const result = schema.safeParse(value, { error: fieldError })
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const code =
    issue?.code === 'custom' && issue.params?.['code'] === 'payload_too_large'
      ? 'payload_too_large'
      : 'bad_request'
  const field = issue?.path.join('.') ?? ''
  throw new ChatError(code, `${field || 'request'}: ${issue?.message ?? 'is not valid'}`)
}
