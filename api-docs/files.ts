import { stringify } from 'yaml'
import { asyncapi } from './asyncapi.ts'
import { openapi } from './openapi.ts'
import type { Json } from './schemas.ts'

/** The text of each document, by its path in the repository. */
export const files = (): Readonly<Record<string, string>> => ({
  'docs/asyncapi.yaml': text(asyncapi()),
  'docs/openapi.yaml': text(openapi()),
})

const text = (document: Json) =>
  `# Generated from protocol/ by \`npm run docs\`.\n${stringify(document, {
    aliasDuplicateObjects: false,
    lineWidth: 110,
  })}`
