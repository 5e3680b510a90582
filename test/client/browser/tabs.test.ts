import { describe, expect, it } from 'vitest'
import type { BrowserGlobals } from '../../../client/browser/globals.ts'
import { browserTabs } from '../../../client/browser/tabs.ts'
import type { Tabs } from '../../../client/types.ts'
import { settle } from '../support/virtual-clock.ts'

type Run = () => Promise<void> | undefined
interface Options {
  readonly steal?: boolean
  readonly signal?: AbortSignal
}

/** Locks of a browser: a request holds its lock until its promise settles, and rejects when the lock is stolen. */
function fakeLocks() {
  const queue: { grant(): void; reject(error: Error): void }[] = []
  return {
    request(_name: string, { steal, signal }: Options, run: Run) {
      if (steal && signal) return Promise.reject(new DOMException('', 'NotSupportedError'))
      return new Promise<void>((resolve, reject) => {
        const end = () => {
          const index = queue.indexOf(entry)
          if (index >= 0) queue.splice(index, 1)
          if (index === 0) queue[0]?.grant()
        }
        const entry = {
          reject,
          grant: () =>
            queueMicrotask(() => {
              void Promise.resolve(run()).then(() => {
                end()
                resolve()
              })
            }),
        }
        signal?.addEventListener('abort', () => {
          if (queue[0] !== entry) end()
          reject(new DOMException('', 'AbortError'))
        })
        if (steal) {
          queue.shift()?.reject(new DOMException('', 'AbortError'))
          queue.unshift(entry)
        } else {
          queue.push(entry)
        }
        if (queue[0] === entry) entry.grant()
      })
    },
  }
}

class FakeChannel {
  onmessage = null
  postMessage() {}
  close() {}
}

const globals = (changes: object = {}): BrowserGlobals =>
  Object.assign(new EventTarget(), {
    document: Object.assign(new EventTarget(), { visibilityState: 'visible' }),
    navigator: { locks: fakeLocks() },
    BroadcastChannel: FakeChannel,
    ...changes,
  })

function sharedTabs(changes?: object): Tabs {
  const tabs = browserTabs(globals(changes))
  if (!tabs) throw new Error('Nothing to share.')
  return tabs
}

/** Requests a lock and records what happens. */
function lock(tabs: Tabs, steal = false) {
  const events: string[] = []
  const release = tabs.lock('name', steal, {
    held: () => void events.push('held'),
    stolen: () => void events.push('stolen'),
    failed: () => void events.push('failed'),
  })
  return { events, release }
}

describe('locks of a browser', () => {
  it('[CLIENT-8] are held by one tab until it releases them', async () => {
    const tabs = sharedTabs()
    const first = lock(tabs)
    const second = lock(tabs)
    await settle()
    expect([first.events, second.events]).toEqual([['held'], []])
    first.release()
    await settle()
    expect([first.events, second.events]).toEqual([['held'], ['held']])
  })

  it('[CLIENT-8] are stolen from the tab that holds them, which is notified', async () => {
    const tabs = sharedTabs()
    const first = lock(tabs)
    await settle()
    const second = lock(tabs, true)
    await settle()
    expect([first.events, second.events]).toEqual([['held', 'stolen'], ['held']])
  })

  it('[CLIENT-8] report nothing to a tab that has stopped waiting', async () => {
    const tabs = sharedTabs()
    const first = lock(tabs)
    const second = lock(tabs)
    await settle()
    second.release()
    first.release()
    await settle()
    expect(second.events).toEqual([])
  })

  it('[CLIENT-8] fail with an event if the browser refuses them', async () => {
    const locks = { request: () => Promise.reject(new DOMException('', 'SecurityError')) }
    const { events } = lock(sharedTabs({ navigator: { locks } }))
    await settle()
    expect(events).toEqual(['failed'])
  })
})

describe('tabs share nothing', () => {
  it('[CLIENT-8] where locks or channels are missing or forbidden, or there is no page', () => {
    function Forbidden() {
      throw new DOMException('', 'SecurityError')
    }
    expect(browserTabs(globals({ navigator: {} }))).toBe(false)
    expect(browserTabs(globals({ BroadcastChannel: undefined }))).toBe(false)
    expect(browserTabs(globals({ BroadcastChannel: Forbidden }))).toBe(false)
    expect(browserTabs(globals({ document: undefined }))).toBe(false)
    expect(browserTabs()).toBe(false)
  })
})
