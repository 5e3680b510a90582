import { parseFields } from '../../../protocol/fields.ts'
import { canonicalJson, isObject } from '../../../protocol/json.ts'
import { isWellFormed } from '../../../protocol/text.ts'
import { inConversation, type Line, type LineType, lineTypes } from './line-types.ts'

/** Sorts below every character of an id, so that lines are in the order of their ids. */
const SEPARATOR = '\t'

/** Lines are sorted by this text, which is different for every line. */
export function placeOf(some: Line): string {
  const { place } = lineTypes[some.type] as { readonly place: (line: Line) => readonly string[] }
  return place(some).join(SEPARATOR)
}

/** The place before everything of a conversation. */
export const placeOfConversation = (conversation: string) => inConversation(conversation, '0').join(SEPARATOR)

/** Whether a line belongs to a conversation. */
export const isInConversation = (some: Line) => placeOf(some).startsWith(`3${SEPARATOR}`)

/**
 * The text of a line, without the line break. Equal values have equal texts. U+0085, U+2028 and U+2029 are escaped,
 * because some programs, Node's `readline` among them, end a line there.
 */
export function encodeLine({ type, ...fields }: Line): string {
  const text = `{"type":"${type}",${canonicalJson(fields).slice(1)}`
  return text.replace(
    /[\u0085\u2028\u2029]/g,
    (end) => `\\u${end.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** Parses a line. Throws an error that says what is wrong with it. */
export function parseLine(text: string): Line {
  const value = parse(text)
  const type = isObject(value) ? value['type'] : undefined
  if (typeof type !== 'string' || !Object.hasOwn(lineTypes, type)) {
    throw new Error(`"type" is not one of ${Object.keys(lineTypes).join(', ')}`)
  }
  if (!isWellFormedIn(value)) throw new Error('has text that is not well-formed Unicode')
  if (!isStorable(value)) throw new Error('has a field or a number that cannot be stored')
  // Safe, because the type selects the schema.
  return parseFields(lineTypes[type as LineType].schema, value) as unknown as Line
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Error('is not JSON')
  }
}

function isWellFormedIn(value: unknown): boolean {
  if (typeof value === 'string') return isWellFormed(value)
  if (typeof value !== 'object' || value === null) return true
  return Object.entries(value).every(([key, part]) => isWellFormed(key) && isWellFormedIn(part))
}

/** Names of fields that the SDK refuses or loses. */
const RESERVED = ['__proto__', 'constructor']

/**
 * Whether the database can store a value. Without this check, an import could fail after it has written a part of the
 * file.
 */
function isStorable(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || value === null) return true
  return Object.entries(value).every(([key, part]) => !RESERVED.includes(key) && isStorable(part))
}
