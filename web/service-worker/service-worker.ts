import { answerFrom } from './answer.ts'
import { classOf } from './requests.ts'

declare const self: ServiceWorkerGlobalScope
/** Both are filled in by the build. */
declare const VERSION: string
declare const FILES: readonly string[]

const CACHE = `admin-chat-${VERSION}`
const worker = answerFrom(CACHE)

self.addEventListener('install', (event) => {
  event.waitUntil(worker.fill(FILES).then(() => self.skipWaiting()))
})

self.addEventListener('activate', (event) => {
  event.waitUntil(worker.forgetOldVersions())
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  const kind = classOf(request, self.location.origin, FILES)
  if (kind === 'page') event.respondWith(worker.page(event))
  else if (kind === 'hashed') event.respondWith(worker.hashed(request))
  else if (kind === 'file') event.respondWith(worker.file(request))
})
