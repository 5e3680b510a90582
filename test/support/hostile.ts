import * as z from 'zod/mini'
import type { Endpoint } from '../../protocol/endpoints/endpoint.ts'
import { endpoints, type RestRoute } from '../../protocol/endpoints.ts'
import { clientFrames, type FrameType } from '../../protocol/frames.ts'
import { isObject, type JsonObject } from '../../protocol/json.ts'
import { Random } from '../../verification/model/random.ts'

/** Selects the generated inputs. Tests show it in their names, so that a failure can be repeated. */
export const HOSTILE_SEED = Number(process.env['HOSTILE_SEED'] ?? 1)

/** Valid values by the names of fields; a field without one here gets a value that fits its schema. */
export type Samples = Readonly<Record<string, unknown>>

/** One field of a frame, or of a part of a REST call. */
export interface Field {
  /** Where it is, for example `message.content`. */
  readonly path: readonly string[]
  /** What contains the field: every required field, and nothing else. */
  base(samples: Samples): JsonObject
  /** A valid value of the field. */
  sample(samples: Samples): unknown
}

type Part = 'path' | 'query' | 'body'

export const fieldsOfFrame = (type: FrameType) => fieldsOf(clientFrames[type].schema)

export function fieldsOfCall(route: RestRoute, part: Part): readonly Field[] {
  const { [part]: schema }: Endpoint = endpoints[route]
  return schema ? fieldsOf(schema) : []
}

/** A value that the schema of a part accepts. */
export function sampleOfCall(route: RestRoute, part: Part, samples: Samples): JsonObject {
  const { [part]: schema }: Endpoint = endpoints[route]
  return schema ? (sampleOf(toJsonSchema(schema), samples) as JsonObject) : {}
}

const toJsonSchema = (schema: z.ZodMiniType) =>
  z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonObject

function fieldsOf(schema: z.ZodMiniType): readonly Field[] {
  const root = toJsonSchema(schema)
  return pathsOf(root).map(({ path, schema: own }) => ({
    path,
    base: (samples) => sampleOf(root, samples) as JsonObject,
    sample: (samples) => samples[path.at(-1) ?? ''] ?? sampleOf(own, samples),
  }))
}

/** Every property, at any depth; `0` stands for an element of a list. */
function pathsOf(
  schema: JsonObject,
  path: readonly string[] = [],
): { path: readonly string[]; schema: JsonObject }[] {
  const { properties, items } = schema
  const inner = { ...(isObject(properties) ? properties : {}), ...(isObject(items) ? { 0: items } : {}) }
  return Object.entries(inner).flatMap(([name, part]) => {
    const own = { path: [...path, name], schema: part as JsonObject }
    return [own, ...pathsOf(own.schema, own.path)]
  })
}

function sampleOf(schema: JsonObject, samples: Samples): unknown {
  const { type, properties, items, required = [], anyOf, allOf } = schema
  if ('const' in schema) return schema['const']
  if (Array.isArray(schema['enum'])) return schema['enum'][0]
  if (type === 'array') return [sampleOf(items as JsonObject, samples)]
  if (type === 'integer' || type === 'number') return Math.max(1, Number(schema['minimum'] ?? 1))
  if (type === 'boolean') return true
  if (isObject(properties)) {
    // One of several fields may be enough: then every alternative names what it requires.
    const [alternative] = (anyOf ?? []) as { required?: string[] }[]
    const names = [...(required as string[]), ...(alternative?.required ?? [])]
    return Object.fromEntries(
      names.map((name) => {
        const part = properties[name] as JsonObject
        return [
          name,
          isObject(part['properties']) ? sampleOf(part, samples) : (samples[name] ?? sampleOf(part, samples)),
        ]
      }),
    )
  }
  if (type === 'object') return {}
  const [first] = (anyOf ?? allOf ?? []) as JsonObject[]
  if (first) return sampleOf(first, samples)
  const { pattern } = schema
  return typeof pattern !== 'string' || new RegExp(pattern, 'u').test('x') ? 'x' : '1'
}

/** What databases and platforms are known to refuse; tried first. */
const refusedElsewhere = ['\ud800', '', '\0', '__proto__', 'x'.repeat(4000)]

const strings = [
  ...['', ' ', '.', '/', '..', '#', 'a#b', '$', "'", '"', '\\', '`', '%', '%00', ':x', '=', '==', 'null'],
  ...[
    '\0',
    '\t',
    '\n',
    '\r\n',
    '\u001b[2J',
    '\u007f',
    '\u0085',
    '\u2028',
    '\u202e',
    '\ufeff',
    '\ufffd',
    '\uffff',
  ],
  ...[
    '\ud800',
    '\udfff',
    'a\ud800b',
    '\udc00\ud800',
    '😀',
    '\u{10ffff}',
    '\u0301',
    '\u{1d159}',
    '李',
    'ﷺ',
    "o'brien",
  ],
  ...[
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    'CONN',
    'META',
    'LOG#1',
    'USER#ada',
  ],
  ...[
    '0',
    '1',
    '-1',
    '00',
    '1e3',
    '0x10',
    '9007199254740991',
    '9007199254740992',
    '9999999999999999',
    '1.5',
    ' 1',
  ],
  ...['1-AAAAAAAAAAAAAAAAAAAAAA', '999999999999-AAAAAAAAAAAAAAAAAAAAAA', 'a.b.c', 'eyJhbGciOiJub25lIn0.e30.'],
  ...[64, 65, 128, 129, 254, 255, 1024, 2048, 4000].map((length) => 'x'.repeat(length)),
  ...[32, 64, 2000, 4000].map((length) => '😀'.repeat(length)),
]

/** JSON texts, because not every JSON text is what `JSON.stringify` can write. */
const jsonTexts = [
  ...[
    'null',
    'true',
    'false',
    '0',
    '-0',
    '1',
    '-1',
    '1.5',
    '1e3',
    '1e400',
    '-1e400',
    '1e-400',
    '5e-324',
    '1e126',
  ],
  ...[
    '9007199254740991',
    '9007199254740992',
    '653247040368672769',
    '123456789012345678901234567890123456789',
  ],
  ...['[]', '[[]]', '[null]', '["x"]', '["x","x"]', '{}', '{"":""}', '{"x":{"x":{"x":[]}}}', '{"length":1}'],
  ...[
    '{"__proto__":{"x":1}}',
    '{"constructor":{"prototype":1}}',
    '{"toJSON":1}',
    '{"then":1}',
    '{"x":1,"x":2}',
  ],
  ...['{"\\ud800":"\\udfff"}', '{"x":"\\u0000"}', '{"a":1e125,"b":-0,"c":1e-130}', '[1,[2,[3,[4,[5]]]]]'],
]

const alphabet = [...'aZ0_-@.+\'"#$%/\\{}[]:,=~ \t\n\0é李김😀', '\u202e', '\ud800', '\u0301', '__proto__']
const randomString = (random: Random) =>
  Array.from({ length: random.below(40) }, () => random.pick(alphabet)).join('')

/** Strings with which clients have broken other servers, and `count` random ones. */
export function hostileStrings(seed: number, count: number): readonly string[] {
  const random = new Random(seed)
  return [...refusedElsewhere, ...strings, ...Array.from({ length: count }, () => randomString(random))]
}

/** Names that objects and rows already have. */
const takenNames = [
  ...[Object, Function, Array, Map, Set, Promise, String].flatMap(({ prototype }) =>
    Object.getOwnPropertyNames(prototype),
  ),
  ...[
    'pk',
    'sk',
    'id',
    'user',
    'joined',
    'sent',
    'read_seq',
    'expires_at',
    'CONN',
    'META',
    'PROFILE',
    'LOGTURN',
  ],
]
const idAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-@.+'"
const digits = '0123456789'

/** `count` different ids that a user may have: names that are taken, numbers, and random ones of every length. */
export function hostileIds(seed: number, count: number): readonly string[] {
  const random = new Random(seed)
  const ofLength = (characters: string, length: number) =>
    Array.from({ length }, () => random.pick([...characters])).join('')
  const kinds = [
    () => random.pick(takenNames),
    () => ofLength(digits, 1 + random.below(20)),
    () => ofLength("_-@.+'", 1 + random.below(8)),
    () => ofLength(idAlphabet, 1 + random.below(254)),
  ]
  const ids = new Set<string>()
  for (let n = 0; ids.size < count; n++) {
    const id = kinds[n % kinds.length]?.() ?? ''
    // As parts of a path these two mean something else to every client.
    if (id !== '.' && id !== '..') ids.add(id)
  }
  return [...ids]
}

/** The same and other values, as JSON texts. */
export const hostileJson = (seed: number, count: number): readonly string[] => [
  ...refusedElsewhere.map((text) => JSON.stringify(text)),
  ...jsonTexts,
  ...hostileStrings(seed, count).flatMap((text) => {
    const json = JSON.stringify(text)
    return [json, `[${json}]`, `{${json}:${json}}`]
  }),
]

/** The first inputs, and as many others, chosen by the seed. */
export function someOf(inputs: readonly string[], seed: number, count: number): readonly string[] {
  const random = new Random(seed)
  const left = [...new Set(inputs)]
  while (left.length > 2 * count) left.splice(count + random.below(left.length - count), 1)
  return left
}

/** The JSON text of a value in which one field has the given JSON text. */
export function withField(base: JsonObject, path: readonly string[], json: string): string {
  const marker = '\u0001the field\u0001'
  return JSON.stringify(placed(base, path, marker)).replace(JSON.stringify(marker), () => json)
}

function placed(value: unknown, [name, ...rest]: readonly string[], leaf: unknown): unknown {
  if (name === undefined) return leaf
  if (name === '0') return [placed(undefined, rest, leaf)]
  const object = isObject(value) ? value : {}
  return { ...object, [name]: placed(object[name], rest, leaf) }
}
