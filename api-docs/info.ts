import manifest from '../package.json' with { type: 'json' }
import type { Json } from './schemas.ts'

/** The part that both documents share. Only OpenAPI's license has an identifier; AsyncAPI's has a URL instead. */
export const info = (title: string, description: string, license: Json): Json => ({
  title,
  version: manifest.version,
  description,
  license: { name: manifest.license, ...license },
})

/** The variable part of a deployed server's address. */
export const deployedHost = {
  default: 'd111111abcdef8.cloudfront.net',
  description: 'The host of the output `SiteUrl` of the stack.',
}

export const paragraphs = (...texts: readonly string[]) => texts.join('\n\n')
