import type { Readable } from '../../client/index.ts'
import { en } from '../text/en.ts'
import { fr } from '../text/fr.ts'
import type { Language, Texts } from '../text/texts.ts'

/** The texts in this language. The file of the element contains both languages. */
export const textsIn = ({ subscribe, getSnapshot }: Readable<Language>): Readable<Texts> => ({
  subscribe,
  getSnapshot: () => (getSnapshot() === 'fr' ? fr : en),
})
