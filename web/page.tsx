import { render } from 'preact'
import type { Readable } from '../client/index.ts'
import { source } from '../client/readable.ts'
import { afterFirstView } from './app/after-first-view.ts'
import { App } from './app/app.tsx'
import { demoUsers } from './app/demo-users.ts'
import { chooseLanguage, showInDocument } from './app/document.ts'
import type { Parts } from './app/later.tsx'
import { loadParts } from './app/load-parts.ts'
import { createPreferences } from './app/preferences.ts'
import { pageRoute } from './app/routes.ts'
import { createSession, followOtherTabs } from './app/session.ts'
import { pageTokens } from './app/tokens.ts'
import { textsOnDemand } from './text/on-demand.ts'
import type { Texts } from './text/texts.ts'
import './styles/index.css'
import './styles/page.css'

const preferences = createPreferences()
chooseLanguage(preferences)
const session = createSession(location.origin, pageTokens)
followOtherTabs(session)
const parts = source<Parts | undefined>(undefined)

function show(texts: Readable<Texts>): void {
  showInDocument(texts, preferences)
  const frame = {
    server: location.origin,
    session,
    preferences,
    texts,
    route: pageRoute(),
    announcement: source(''),
    page: { demoUsers },
    parts,
  }
  render(<App frame={frame} />, document.body)
  afterFirstView(session.chat.getSnapshot(), () => loadParts(parts))
}

// Without a top-level `await`: the files that are loaded later import this one, and would wait for it to end.
void textsOnDemand(preferences.language).then(show)
