import type { Readable } from '../../client/index.ts'
import type { Texts } from '../text/texts.ts'
import type { Preferences } from './preferences.ts'

/** The color of `--chat-panel`, which the browser also gives its own bars. */
const BAR_COLORS = { light: '#f9f9fb', dark: '#18191b' }

/** Applies `?lang=en|fr` and removes it from the address. Otherwise, each reload would undo the user's later choice. */
export function chooseLanguage({ language }: Preferences): void {
  const address = new URL(location.href)
  const lang = address.searchParams.get('lang')
  if (lang !== 'en' && lang !== 'fr') return
  language.set(lang)
  address.searchParams.delete('lang')
  history.replaceState(history.state, '', address)
}

/** Lets the document of the page follow the language and the theme. */
export function showInDocument(texts: Readable<Texts>, { theme }: Preferences): void {
  const root = document.documentElement
  const bars = [...document.querySelectorAll<HTMLMetaElement>('meta[name=theme-color]')]
  /** The colors in the meta elements: one for each theme of the system. */
  const ofSystem = bars.map((bar) => bar.content)
  const show = () => {
    const name = theme.getSnapshot()
    root.lang = texts.getSnapshot().locale
    root.dataset['theme'] = name
    for (const [index, bar] of bars.entries())
      bar.content = name === 'system' ? (ofSystem[index] ?? '') : BAR_COLORS[name]
  }
  texts.subscribe(show)
  theme.subscribe(show)
  show()
}
