import { render } from 'preact'
import { source } from '../client/readable.ts'
import { App } from './app/app.tsx'
import { createPreferences, languageOf } from './app/preferences.ts'
import { pageRoute } from './app/routes.ts'
import { browserTokens, createSession } from './app/session.ts'
import './styles/index.css'
import './styles/page.css'

const lang = new URLSearchParams(location.search).get('lang')
const preferences = createPreferences()
if (lang !== null) preferences.language.set(languageOf(lang))
const { language } = preferences
const showLanguage = () => {
  document.documentElement.lang = language.getSnapshot()
}
language.subscribe(showLanguage)
showLanguage()

render(
  <App
    frame={{
      server: location.origin,
      session: createSession(location.origin, browserTokens),
      preferences,
      route: pageRoute(),
      announcement: source(''),
      isEmbedded: false,
    }}
  />,
  document.body,
)
