import { stringify } from 'yaml'
import { asyncapi } from './asyncapi.ts'
import { openapi } from './openapi.ts'
import type { Json } from './schemas.ts'

/** The documents by their place in the repository, as text. */
export const files = (): Readonly<Record<string, string>> => ({
  'docs/asyncapi.yaml': text(asyncapi()),
  'docs/openapi.yaml': text(openapi()),
})

const text = (document: Json) =>
  `# Generated from protocol/ by \`npm run docs\`.\n${stringify(document, {
    aliasDuplicateObjects: false,
    lineWidth: 110,
  })}`
