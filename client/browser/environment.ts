import { indexedDbStorage } from '../storage/indexed-db.ts'
import { memoryStorage } from '../storage/memory.ts'
import { createTimers } from '../timers.ts'
import type { ChatOptions, Clock } from '../types.ts'
import { browserGlobals } from './globals.ts'
import { browserPage } from './page.ts'
import { browserTabs } from './tabs.ts'

export const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout: (run, ms) => setTimeout(run, ms),
  clearTimeout: (timer) => clearTimeout(timer as never),
}

/** Adds what the browser or Node provides for the options that are not given. */
export function environment({
  WebSocket = browserGlobals.WebSocket,
  fetch = (...request) => globalThis.fetch(...request),
  clock = systemClock,
  random = Math.random,
  page = browserPage(),
  tabs = browserTabs(),
  storage = browserStorage(),
  ...options
}: ChatOptions) {
  if (!WebSocket) throw new TypeError('no WebSocket')
  return { ...options, WebSocket, fetch, clock: createTimers(clock), random, page, tabs, storage }
}

/** In private windows of some browsers, even reading `indexedDB` throws. */
function browserStorage() {
  try {
    if (browserGlobals.indexedDB) return indexedDbStorage('admin-chat')
  } catch {}
  return memoryStorage()
}
