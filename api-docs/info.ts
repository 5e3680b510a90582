import manifest from '../package.json' with { type: 'json' }
import type { Json } from './schemas.ts'

/** What both documents say of the chat itself. */
export const info = (title: string, description: string): Json => ({
  title,
  version: manifest.version,
  description,
  license: { name: 'MIT' },
})

/** The variable part of a deployed server's address. */
export const deployedHost = {
  default: 'api-id.execute-api.eu-west-1.amazonaws.com',
  description: 'The host that the outputs of the stack name.',
}

export const paragraphs = (...texts: readonly string[]) => texts.join('\n\n')
