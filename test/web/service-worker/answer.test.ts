import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { answerFrom } from '../../../web/service-worker/answer.ts'

const ORIGIN = 'https://chat.example.com'
const pageOf = (version: string) => `<script src="/assets/index-${version}.js"></script>`

/** What the server has at the moment; undefined if it cannot be reached. */
let server: ((path: string) => Response | Promise<Response>) | undefined

const pathOf = (request: RequestInfo | URL) =>
  new URL(typeof request === 'object' && 'url' in request ? request.url : request, ORIGIN).pathname

/** `CacheStorage` in memory, as far as the service worker uses it. */
function fakeCaches() {
  const all = new Map<string, Map<string, Response>>()
  const open = async (name: string) => {
    const held = all.get(name) ?? new Map<string, Response>()
    all.set(name, held)
    return {
      match: async (request: RequestInfo | URL) => held.get(pathOf(request))?.clone(),
      addAll: async (requests: readonly Request[]) => {
        for (const request of requests) held.set(pathOf(request), await fetch(request))
      },
    }
  }
  return {
    open,
    keys: async () => [...all.keys()],
    delete: async (name: string) => all.delete(name),
    async match(request: RequestInfo | URL) {
      for (const held of all.values())
        if (held.has(pathOf(request))) return held.get(pathOf(request))?.clone()
      return undefined
    },
  }
}

/** A server with this version of the page. */
const serve = (version: string) => (path: string) =>
  path === '/' || path.startsWith('/c/')
    ? new Response(pageOf(version))
    : new Response(`${path} of ${version}`)

const visit = { request: new Request(`${ORIGIN}/c/1`), waitUntil: () => {} }
const filesOf = (version: string) => [`/assets/index-${version}.js`, '/icon.svg']
const textOf = async (response: Response | Promise<Response>) => (await response).text()

beforeEach(() => {
  // A service worker resolves paths against its own address, and Node has none.
  vi.stubGlobal(
    'Request',
    class extends Request {
      constructor(input: string | Request, init?: RequestInit) {
        super(typeof input === 'string' ? new URL(input, ORIGIN) : input, init)
      }
    },
  )
  vi.stubGlobal('caches', fakeCaches())
  vi.stubGlobal('fetch', async (request: Request) => {
    if (!server) throw new TypeError('Failed to fetch')
    return server(pathOf(request))
  })
  server = serve('1')
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

describe('the answers of the service worker', () => {
  it('are the page of the server, or the stored one if the server cannot be reached or fails', async () => {
    const answers = answerFrom('v1')
    await answers.fill(filesOf('1'))
    server = serve('2')
    expect(await textOf(answers.page(visit))).toBe(pageOf('2'))
    server = undefined
    expect(await textOf(answers.page(visit))).toBe(pageOf('1'))
    server = () => new Response('', { status: 503 })
    expect(await textOf(answers.page(visit))).toBe(pageOf('1'))
  })

  it('are the stored page if the server takes longer than 2 s', async () => {
    const answers = answerFrom('v1')
    await answers.fill(filesOf('1'))
    vi.useFakeTimers()
    server = () => new Promise(() => {})
    const page = textOf(answers.page(visit))
    await vi.advanceTimersByTimeAsync(2_000)
    expect(await page).toBe(pageOf('1'))
  })

  it('are stored files, and for files without a hash only if the server cannot be reached', async () => {
    const answers = answerFrom('v1')
    await answers.fill(filesOf('1'))
    server = serve('2')
    const request = (path: string) => new Request(ORIGIN + path)
    expect(await textOf(answers.hashed(request('/assets/index-1.js')))).toBe('/assets/index-1.js of 1')
    expect(await textOf(answers.hashed(request('/assets/index-2.js')))).toBe('/assets/index-2.js of 2')
    expect(await textOf(answers.file(request('/icon.svg')))).toBe('/icon.svg of 2')
    server = undefined
    expect(await textOf(answers.file(request('/icon.svg')))).toBe('/icon.svg of 1')
    await expect(answers.file(request('/other.svg'))).rejects.toThrow('Failed to fetch')
  })
})

describe('a new version', () => {
  it('is not stored if the server already has another one, whose files are not known', async () => {
    server = serve('3')
    await expect(answerFrom('v2').fill(filesOf('2'))).rejects.toThrow('another version')
    expect(await caches.keys()).toEqual([])
  })

  it('leaves the version before it, whose page may still be loading', async () => {
    for (const version of ['1', '2', '3']) {
      server = serve(version)
      await answerFrom(`v${version}`).fill(filesOf(version))
    }
    await answerFrom('v3').forgetOldVersions()
    expect(await caches.keys()).toEqual(['v2', 'v3'])
    expect(await textOf(answerFrom('v3').hashed(new Request(`${ORIGIN}/assets/index-2.js`)))).toBe(
      '/assets/index-2.js of 2',
    )
  })
})
