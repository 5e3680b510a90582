import { render } from 'preact'
import { source } from '../client/readable.ts'
import { App } from './app/app.tsx'
import { demoUsers } from './app/demo-users.ts'
import { chooseLanguage, showInDocument } from './app/document.ts'
import { createPreferences } from './app/preferences.ts'
import { pageRoute } from './app/routes.ts'
import { registerServiceWorker } from './app/service-worker.ts'
import { createSession, followOtherTabs } from './app/session.ts'
import { pageTokens } from './app/tokens.ts'
import { Attention } from './attention/attention.tsx'
import { NotificationChoices } from './attention/notification-choices.tsx'
import './styles/index.css'
import './styles/page.css'

const preferences = createPreferences()
chooseLanguage(preferences)
showInDocument(preferences)

const session = createSession(location.origin, pageTokens)
followOtherTabs(session)

render(
  <App
    frame={{
      server: location.origin,
      session,
      preferences,
      route: pageRoute(),
      announcement: source(''),
      page: { Attention, NotificationChoices, demoUsers },
    }}
  />,
  document.body,
)
registerServiceWorker()
