import { vi } from 'vitest'
import type { Texts } from '../../web/text/texts.ts'

/** The English texts. They ask for the browser's language, and Node 20 has no `navigator`. */
export async function englishTexts(): Promise<Texts> {
  vi.stubGlobal('navigator', { language: 'en-US' })
  const { en } = await import('../../web/text/en.ts')
  vi.unstubAllGlobals()
  return en
}
