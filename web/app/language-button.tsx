import { useFrame, useTexts } from './context.ts'

/** Changes to the other language; its label is in that language. */
export function LanguageButton() {
  const { language } = useFrame().preferences
  const texts = useTexts()
  const other = texts.locale === 'fr' ? 'en' : 'fr'
  return (
    <button type="button" class="button" data-kind="quiet" lang={other} onClick={() => language.set(other)}>
      {texts.otherLanguage}
    </button>
  )
}
