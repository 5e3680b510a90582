import type { en } from './en.ts'

export type Language = 'en' | 'fr'

/** Every text of the page. A text that one language lacks is a type error. */
export type Texts = typeof en
