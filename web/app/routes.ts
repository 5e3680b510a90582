import type { Readable } from '../../client/index.ts'
import { type Source, source } from '../../client/readable.ts'

/** Which conversation is open. On the page it is part of the address; in the element it is not. */
export interface Route {
  readonly conversationId: Readable<string | undefined>
  /** Opens a conversation, or the list. */
  go(conversationId: string | undefined): void
  /** The address of a conversation, for links. */
  href(conversationId: string): string
}

const pathOf = (id: string | undefined) => (id === undefined ? '/' : `/c/${encodeURIComponent(id)}`)

/** The id in a path such as `/c/ID` or `/c/ID/`. */
export function idIn(path: string): string | undefined {
  const [, id] = /^\/c\/([^/]+)\/?$/.exec(path) ?? []
  try {
    return id && decodeURIComponent(id)
  } catch {
    return undefined
  }
}

/** The route of the page, which works with links and with the browser's back and forward buttons. */
export function pageRoute(): Route {
  const opened = idIn(location.pathname)
  // The address says what is shown, even if the page was opened at another path.
  if (location.pathname !== pathOf(opened)) history.replaceState(null, '', pathOf(opened))
  const conversationId = source(opened)
  addEventListener('popstate', () => conversationId.set(idIn(location.pathname)))
  return {
    conversationId,
    go(id) {
      if (id === conversationId.getSnapshot()) return
      history.pushState(null, '', pathOf(id))
      conversationId.set(id)
    },
    href: pathOf,
  }
}

/** The route of an element, which leaves the address of its page alone. */
export function elementRoute(server: string, conversationId: Source<string | undefined>): Route {
  return { conversationId, go: conversationId.set, href: (id) => server + pathOf(id) }
}
