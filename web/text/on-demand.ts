import type { Readable } from '../../client/index.ts'
import { source } from '../../client/readable.ts'
import { en } from './en.ts'
import type { Language, Texts } from './texts.ts'

/**
 * The texts in the user's language, for the page, which loads French only for those who read it. After a change of the
 * language, the texts stay as they are until the others are loaded.
 */
export async function textsOnDemand(language: Readable<Language>): Promise<Readable<Texts>> {
  const texts = source<Texts>(en)
  async function update(): Promise<void> {
    const wanted = language.getSnapshot()
    const loaded = wanted === 'fr' ? (await import('./fr.ts')).fr : en
    // The user may have changed back meanwhile.
    if (wanted === language.getSnapshot()) texts.set(loaded)
  }
  // If there is no connection and the service worker has not stored the file yet, the page stays in English.
  const tryToUpdate = () => update().catch(() => {})
  language.subscribe(tryToUpdate)
  await tryToUpdate()
  return texts
}
