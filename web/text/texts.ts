import { en } from './en.ts'
import { fr } from './fr.ts'

export type Language = 'en' | 'fr'

/** Every text of the page. A text that one language lacks is a type error. */
export type Texts = typeof en

const catalogue: Readonly<Record<Language, Texts>> = { en, fr }

export const textsOf = (language: Language): Texts => catalogue[language]
