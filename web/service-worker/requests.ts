/**
 * How a request is answered: `page` is the shell, `hashed` a file that never changes, `file` one that may. The service
 * worker does not touch requests without a class.
 */
export type RequestClass = 'page' | 'hashed' | 'file' | undefined

/** Paths that are never answered with the page, as in the viewer function of the site. */
const NOT_THE_PAGE = /^\/(api|ws|local|socket\.io|assets)(\/|$)/

interface RequestLike {
  readonly url: string
  readonly method: string
  readonly mode: string
}

export function classOf(request: RequestLike, origin: string, files: readonly string[]): RequestClass {
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== origin) return undefined
  if (request.mode === 'navigate') return isPage(url.pathname) ? 'page' : undefined
  if (!files.includes(url.pathname)) return undefined
  return url.pathname.startsWith('/assets/') ? 'hashed' : 'file'
}

/** Other paths are answered with the page if their last segment has no dot, so that conversations can be linked to. */
const isPage = (path: string) => !NOT_THE_PAGE.test(path) && !/\.[^/]*$/.test(path)

/** The hashed files that a page names. */
export const assetsIn = (page: string): readonly string[] => page.match(/\/assets\/[\w.-]+/g) ?? []
