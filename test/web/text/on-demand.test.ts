import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { source } from '../../../client/readable.ts'
import type { Language } from '../../../web/text/texts.ts'

// The texts ask for the browser's language, and Node 20 has no `navigator`.
beforeAll(() => void vi.stubGlobal('navigator', { language: 'en-US' }))
afterAll(() => void vi.unstubAllGlobals())

async function open(first: Language) {
  const { textsOnDemand } = await import('../../../web/text/on-demand.ts')
  const language = source<Language>(first)
  return { language, texts: await textsOnDemand(language) }
}

it.each(['en', 'fr'] as const)('the first texts are those of the user: %s', async (first) => {
  const { texts } = await open(first)
  expect(texts.getSnapshot().locale).toBe(first)
})

it('the texts change as soon as those of the other language are loaded', async () => {
  const { language, texts } = await open('en')
  language.set('fr')
  expect(texts.getSnapshot().locale).toBe('en')
  await vi.waitFor(() => expect(texts.getSnapshot().locale).toBe('fr'))
  language.set('en')
  await vi.waitFor(() => expect(texts.getSnapshot().locale).toBe('en'))
})

it('texts that are loaded too late do not replace those of the language that was chosen last', async () => {
  const { language, texts } = await open('en')
  language.set('fr')
  language.set('en')
  await import('../../../web/text/fr.ts')
  await new Promise((resolve) => setTimeout(resolve))
  expect(texts.getSnapshot().locale).toBe('en')
})
