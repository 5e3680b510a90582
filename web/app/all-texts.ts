import { en } from '../text/en.ts'
import { enParts } from '../text/en-parts.ts'
import type { AllTexts } from '../text/texts.ts'
import { useTexts } from './context.ts'

const english: AllTexts = { ...en, ...enParts }

/** All texts in the user's language, for what the page loads after the first view. French is loaded as a whole. */
export function useAllTexts(): AllTexts {
  const texts = useTexts()
  return texts === en ? english : (texts as AllTexts)
}
