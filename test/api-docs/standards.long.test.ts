import specs from '@asyncapi/specs'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { describe, expect, it } from 'vitest'
import { readDocument, valuesUnder } from '../../verification/dialogues/documents.ts'

const asyncapi = readDocument('asyncapi.yaml')
const openapi = readDocument('openapi.yaml')

describe('The documents follow their standards', () => {
  it('docs/asyncapi.yaml is valid against the official schema of AsyncAPI 3.0', () => {
    // The schema brings its own copy of the meta schema.
    const ajv = formats.default(new Ajv({ strict: false, meta: false }))
    const validate = ajv.compile(specs.schemas['3.0.0'] as Record<string, unknown>)
    validate(asyncapi)
    expect(validate.errors ?? []).toEqual([])
  })

  it('docs/openapi.yaml is valid against the official schema of OpenAPI 3.1', async () => {
    const validator = new Validator()
    const { errors } = await validator.validate(openapi)
    expect(errors ?? []).toEqual([])
    expect(validator.version).toBe('3.1')
  })

  it.each([
    ['docs/asyncapi.yaml', asyncapi, Ajv],
    ['docs/openapi.yaml', openapi, Ajv2020],
  ] as const)('every schema of %s compiles', (_name, document, Dialect) => {
    const ajv = formats.default(new Dialect({ strictTypes: false, strictRequired: false }))
    ajv.addVocabulary(Object.keys(document)).addSchema(document, 'document')
    const schemas = [...Object.values(document.components.schemas), ...valuesUnder('schema', document)]
    expect(schemas.length).toBeGreaterThan(30)
    for (const schema of schemas) {
      ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"document#/')))
    }
  })

  it.each([
    ['docs/asyncapi.yaml', asyncapi],
    ['docs/openapi.yaml', openapi],
  ])('every reference in %s resolves', (_name, document) => {
    const references = valuesUnder('$ref', document) as string[]
    const lost = references.filter((reference) => {
      const keys = reference.replace(/^#\//, '').split('/')
      return keys.reduce((part, key) => part?.[key], document) === undefined
    })
    expect(lost).toEqual([])
  })

  it.each([
    ['docs/asyncapi.yaml', asyncapi],
    ['docs/openapi.yaml', openapi],
  ])('no schema in %s forbids fields that may be added later', (_name, document) => {
    expect(valuesUnder('additionalProperties', document)).not.toContain(false)
  })
})
