/**
 * An npm package with a program that reads a document in the current folder: the newest version that runs on Node 20.
 */
export interface Tool {
  readonly package: string
  readonly bin: string
  readonly args: readonly string[]
  /** Files that the tool needs in the current folder, by name. */
  readonly files?: Readonly<Record<string, string>>
}

/** A generator of TypeScript code. `use` is code that must compile together with the generated code. */
export interface Generator extends Tool {
  readonly use: string
}

const metadata = '{ color: "red", nested: { list: [1, null] } }'

export const generators: readonly Generator[] = [
  {
    package: 'openapi-typescript@7.13.0',
    bin: 'openapi-typescript',
    args: ['openapi.yaml', '-o', 'generated/schema.d.ts'],
    use: `import type { components, operations } from './generated/schema'
export const body: components['schemas']['SendMessageBody'] = { content: 'hi', metadata: ${metadata} }
export const absent: operations['markRead']['requestBody'] = undefined`,
  },
  {
    package: '@hey-api/openapi-ts@0.80.18',
    bin: 'openapi-ts',
    args: ['-i', 'openapi.yaml', '-o', 'generated'],
    use: `import { markRead, sendMessage } from './generated'
export const sent = sendMessage({ path: { id: 'c' }, body: { content: 'hi', metadata: ${metadata} } })
export const read = markRead({ path: { id: 'c' } })`,
  },
  {
    package: 'orval@7.21.0',
    bin: 'orval',
    args: ['--input', 'openapi.yaml', '--output', 'generated/client.ts', '--client', 'fetch'],
    use: `import { markRead, sendMessage } from './generated/client'
export const sent = sendMessage('c', { content: 'hi', metadata: ${metadata} })
export const read = markRead('c')`,
  },
  {
    package: 'swagger-typescript-api@13.13.0',
    bin: 'swagger-typescript-api',
    args: ['generate', '-p', 'openapi.yaml', '-o', 'generated', '-n', 'client.ts'],
    use: `import { Api } from './generated/client'
export const sent = new Api().api.sendMessage('c', { content: 'hi', metadata: ${metadata} })
export const read = new Api().api.markRead('c')`,
  },
  {
    package: '@asyncapi/modelina-cli@5.10.1',
    bin: 'modelina',
    args: ['generate', 'typescript', 'asyncapi.yaml', '-o', 'generated', '--tsModelType=interface'],
    use: `import type OutgoingMessage from './generated/OutgoingMessage'
export const message: OutgoingMessage = { content: 'hi', metadata: new Map([['color', 'red']]) }`,
  },
]

/** One server is a laptop at localhost, and the health route has no error responses and needs no token. */
const redocly = `extends: [recommended]
rules: { no-server-example.com: off, operation-4xx-response: off, security-defined: off }
`
/** The documents name no contact. AsyncAPI stays at 3.0, because the tests validate against the schema of 3.0. */
const spectral = `extends: ['spectral:oas', 'spectral:asyncapi']
rules: { info-contact: off, asyncapi-info-contact: off, asyncapi-latest-version: off }
`

/** IBM's conventions for its own APIs, which are switched off: they do not fit JSON Schema 2020-12 or our routes. */
const ibmConventions = [
  ...['avoid-property-name-collision', 'define-required-properties', 'integer-attributes'],
  ...['operation-summary-length', 'path-segment-casing-convention', 'property-attributes'],
  ...['property-casing-convention', 'schema-keywords', 'schema-type-format'],
]
/** Extends the tool's own rules, which it loads from the folder in which npx has installed the tool. */
const ibm = `module.exports = {
  extends: process.mainModule.require('@ibm-cloud/openapi-ruleset'),
  rules: ${JSON.stringify(Object.fromEntries(ibmConventions.map((name) => [`ibm-${name}`, 'off'])))},
}
`

export const linters: readonly Tool[] = [
  {
    package: '@redocly/cli@2.77.0',
    bin: 'redocly',
    args: ['lint', 'openapi.yaml', 'asyncapi.yaml', '--max-problems=1000'],
    files: { 'redocly.yaml': redocly },
  },
  {
    package: '@stoplight/spectral-cli@6.16.3',
    bin: 'spectral',
    args: ['lint', 'openapi.yaml', 'asyncapi.yaml', '--fail-severity=warn'],
    files: { '.spectral.yaml': spectral },
  },
  {
    package: 'ibm-openapi-validator@1.38.4',
    bin: 'lint-openapi',
    args: ['--errors-only', '--ruleset', 'ruleset.js', 'openapi.yaml'],
    files: { 'ruleset.js': ibm },
  },
]
