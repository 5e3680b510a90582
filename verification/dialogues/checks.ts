import { Ajv } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'

/** Returns the ways in which a value violates a schema of the document; empty if it is valid. */
export type Check = (schema: object, value: unknown) => readonly string[]

/**
 * Validates against the schemas of a document, more strictly than a client should. A field that is not described is an
 * error here, because the document must describe everything that the server sends.
 */
export function checksOf(document: object, dialect: 'draft-07' | '2020-12'): Check {
  const Dialect = dialect === 'draft-07' ? Ajv : Ajv2020
  const ajv = formats.default(new Dialect({ strict: false, allErrors: true }))
  ajv.addSchema(closed(document), 'document')
  const compiled = new Map<string, ReturnType<typeof ajv.compile>>()
  return (schema, value) => {
    const text = JSON.stringify(schema).replaceAll('"#/', '"document#/')
    const validate = compiled.get(text) ?? ajv.compile(closed(JSON.parse(text)))
    compiled.set(text, validate)
    validate(value)
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
    )
  }
}

const closed = (document: object): object =>
  JSON.parse(JSON.stringify(document), (_key, part) =>
    part?.type === 'object' && part.properties ? { additionalProperties: false, ...part } : part,
  )
