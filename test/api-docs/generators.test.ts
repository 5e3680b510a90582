import { describe, expect, it } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { readDocument } from '../../verification/dialogues/documents.ts'

// What generated clients and linters need, beyond the standards.

const openapi = readDocument('openapi.yaml')
const asyncapi = readDocument('asyncapi.yaml')
const documents = [
  ['docs/openapi.yaml', openapi],
  ['docs/asyncapi.yaml', asyncapi],
] as const

interface Operation {
  readonly operationId: string
  readonly summary?: string
  readonly tags: readonly string[]
  readonly requestBody?: { readonly required: boolean }
  readonly responses: Readonly<Record<string, { readonly description?: string; readonly $ref?: string }>>
}
const operations = Object.values<Readonly<Record<string, Operation>>>(openapi.paths).flatMap((methods) =>
  Object.values(methods),
)

describe('generated clients', () => {
  it.each(documents)('can send and read any metadata: %s', (_name, { components }) => {
    expect(components.schemas.Metadata).toMatchObject({ type: 'object', additionalProperties: true })
    expect(components.schemas.Metadata).not.toHaveProperty('properties')
  })

  it('can leave out a body of which every field is optional, and no other', () => {
    const optional = operations.filter(({ requestBody }) => requestBody?.required === false)
    expect(optional.map(({ operationId }) => operationId).toSorted()).toEqual([
      'deleteMessage',
      'leaveGroup',
      'markRead',
      'removeParticipant',
      'withdrawInvitation',
    ])
  })

  it.each(documents)('get a name for every type: %s', (_name, { components }) => {
    const unnamed = Object.entries<Schema>(components.schemas).flatMap(([name, schema]) =>
      innerTypes(schema, name).filter(({ schema: { title } }) => title === undefined),
    )
    expect(unnamed.map(({ path }) => path)).toEqual([])
  })

  it('get a different name for every operation', () => {
    const ids = operations.map(({ operationId }) => operationId)
    expect(new Set(ids).size).toBe(ids.length)
    for (const id of ids) expect(id).toMatch(/^[a-z][A-Za-z]+$/)
  })
})

describe('linters', () => {
  it.each(documents)('find the license, which is the one of the package: %s', (_name, { info }) => {
    expect(info.license.name).toBe(manifest.license)
    expect(info.description).not.toBe('')
  })

  it('find the SPDX identifier of the license in docs/openapi.yaml', () => {
    expect(openapi.info.license.identifier).toBe('MIT')
  })

  it('find a summary, a described tag and described responses for every operation', () => {
    const described = new Set(openapi.tags.map(({ name }: { name: string }) => name))
    for (const { operationId, summary = '', tags, responses } of operations) {
      expect(summary, operationId).toMatch(/^[A-Z].*\.$/)
      expect(
        tags.filter((tag) => !described.has(tag)),
        operationId,
      ).toEqual([])
      expect(tags, operationId).toHaveLength(1)
      for (const { description, $ref } of Object.values(responses)) {
        const shared = openapi.components.responses[$ref?.split('/').at(-1) ?? '']
        expect(description ?? shared?.description, operationId).toBeTruthy()
      }
    }
    for (const { description } of openapi.tags) expect(description).toBeTruthy()
  })

  it('find a summary for every frame in docs/asyncapi.yaml', () => {
    for (const [type, { summary }] of Object.entries<{ summary?: string }>(asyncapi.components.messages)) {
      expect(summary, type).toBeTruthy()
    }
  })
})

interface Schema {
  readonly title?: string
  readonly enum?: unknown
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly [keyword: string]: unknown
}

/**
 * The enumerations and objects inside a schema, for which a generator has to make up a name. The `data` of an answer has
 * an obvious one.
 */
function innerTypes(schema: Schema, path: string): readonly { path: string; schema: Schema }[] {
  const parts: readonly (readonly [string, Schema])[] = [
    ...Object.entries(schema.properties ?? {}),
    ...(schema.items ? ([['items', schema.items]] as const) : []),
    ...(['anyOf', 'oneOf', 'allOf'] as const).flatMap((keyword) =>
      ((schema[keyword] ?? []) as readonly Schema[]).map((part, n) => [`${keyword}${n}`, part] as const),
    ),
  ]
  return parts.flatMap(([name, part]) => {
    const own = { path: `${path}.${name}`, schema: part }
    const isType = part.enum || (part.properties && name !== 'data')
    return [...(isType ? [own] : []), ...innerTypes(part, own.path)]
  })
}
