import type { en } from './en.ts'
import type { enParts } from './en-parts.ts'

export type Language = 'en' | 'fr'

/** The texts that the first view can need. A text that one language lacks is a type error. */
export type Texts = typeof en

/** Those and the texts of what the page loads afterwards. */
export type AllTexts = Texts & typeof enParts
