import type { Page, PageEvent } from '../types.ts'
import { type BrowserGlobals, browserGlobals } from './globals.ts'

/** `persisted` is true if the page comes back from the back/forward cache. */
type PageTransition = Event & { readonly persisted?: boolean }

/** The page of the browser; outside browsers, one that is always visible and never suspended. */
export function browserPage(globals: BrowserGlobals = browserGlobals): Page {
  const { document } = globals
  const isVisible = () => document?.visibilityState !== 'hidden'
  return {
    isVisible,
    subscribe(listener) {
      const end = new AbortController()
      function on(target: EventTarget, type: string, read: (event: Event) => PageEvent | false): void {
        const report = (event: Event) => {
          const what = read(event)
          if (what) listener(what)
        }
        target.addEventListener(type, report, end)
      }
      if (document) {
        on(document, 'visibilitychange', () => document.visibilityState as PageEvent)
        // `visibilitychange` can be missing when a page resumes, and `pagehide` when a background tab is frozen.
        on(document, 'freeze', () => 'leave')
        on(document, 'resume', () => 'wake')
        on(globals, 'pagehide', () => 'leave')
        on(globals, 'pageshow', (event) => (event as PageTransition).persisted === true && 'wake')
        on(globals, 'online', () => 'online')
        on(globals, 'offline', () => 'offline')
      }
      return () => end.abort()
    },
  }
}
