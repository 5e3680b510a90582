import { vi } from 'vitest'
import type { AllTexts } from '../../web/text/texts.ts'

/** The English texts. They ask for the browser's language, and Node 20 has no `navigator`. */
export async function englishTexts(): Promise<AllTexts> {
  vi.stubGlobal('navigator', { language: 'en-US' })
  const { en } = await import('../../web/text/en.ts')
  const { enParts } = await import('../../web/text/en-parts.ts')
  vi.unstubAllGlobals()
  return { ...en, ...enParts }
}
