import { assetsIn } from './requests.ts'

const PAGE = '/'
/** After this time without an answer from the network, the stored page is shown. */
const PAGE_TIMEOUT_MS = 2_000
/** This version and the one before it, whose page may still be loading. */
const KEPT_VERSIONS = 2

/** The part of a fetch event that is used here. */
interface Visit {
  readonly request: Request
  waitUntil(done: Promise<unknown>): void
}

/** Keeps the files of one version of the page, and answers with them. */
export interface Answers {
  /** Stores the page and its files. Rejects if the server already has another version. */
  fill(files: readonly string[]): Promise<void>
  forgetOldVersions(): Promise<void>
  page(visit: Visit): Promise<Response>
  hashed(request: Request): Promise<Response>
  file(request: Request): Promise<Response>
}

export function answerFrom(cacheName: string): Answers {
  const stored = async (path: string) => (await caches.open(cacheName)).match(path)

  return {
    async fill(files) {
      const cache = await caches.open(cacheName)
      const fresh = [PAGE, ...files].map((path) => new Request(path, { cache: 'no-cache' }))
      await cache.addAll(fresh)
      const text = await (await cache.match(PAGE))?.text()
      if (assetsIn(text ?? '').every((path) => files.includes(path))) return
      await caches.delete(cacheName)
      throw new Error('The page is of another version.')
    },

    async forgetOldVersions() {
      const names = await caches.keys()
      await Promise.all(names.slice(0, -KEPT_VERSIONS).map((name) => caches.delete(name)))
    },

    async page(visit) {
      // Without navigation preload: in Firefox, a page does not open if the preload fails.
      const answer = fetch(visit.request)
      // The worker must not end before a late answer, and a late failure must not be reported as an error.
      visit.waitUntil(answer.catch(() => undefined))
      const inTime = await Promise.race([answer.catch(() => undefined), after(PAGE_TIMEOUT_MS)])
      // An error of the server or of a proxy is no reason to lose the page.
      if (inTime && inTime.status < 500) return inTime
      return (await stored(PAGE)) ?? answer
    },

    // From any version: the page may be newer or older than this worker.
    hashed: async (request) => (await caches.match(request)) ?? fetch(request),

    file: (request) =>
      fetch(request).catch(async (error) => {
        const file = await stored(new URL(request.url).pathname)
        if (file) return file
        throw error
      }),
  }
}

const after = (ms: number) => new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), ms))
