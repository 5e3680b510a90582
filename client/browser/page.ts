import type { Page, PageEvent } from '../types.ts'
import { type BrowserGlobals, browserGlobals } from './globals.ts'

/** A page that is always visible and never suspended, as in Node. */
const alwaysVisible: Page = { isVisible: () => true, subscribe: () => () => {} }

/** The page of the browser; outside browsers, one that is always visible. */
export function browserPage(globals: BrowserGlobals = browserGlobals): Page {
  const { document } = globals
  if (!document) return alwaysVisible
  const isVisible = () => document.visibilityState === 'visible'
  return {
    isVisible,
    subscribe(listener) {
      const end = new AbortController()
      const on = (target: EventTarget, type: string, event: PageEvent) =>
        target.addEventListener(type, () => listener(event), end)
      document.addEventListener('visibilitychange', () => listener(isVisible() ? 'visible' : 'hidden'), end)
      // `visibilitychange` can be missing when a page resumes, and `pagehide` when a background tab is frozen.
      on(document, 'freeze', 'leave')
      on(document, 'resume', 'wake')
      on(globals, 'pagehide', 'leave')
      globals.addEventListener(
        'pageshow',
        (event) => 'persisted' in event && event.persisted && listener('wake'),
        end,
      )
      on(globals, 'online', 'online')
      on(globals, 'offline', 'offline')
      return () => end.abort()
    },
  }
}
