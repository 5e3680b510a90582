import type { Tabs } from '../types.ts'
import { type BrowserGlobals, browserGlobals } from './globals.ts'

/** Tabs that share Web Locks and BroadcastChannel; `false` where either is missing or forbidden. */
export function browserTabs(globals: BrowserGlobals = browserGlobals): Tabs | false {
  try {
    const { document, navigator, BroadcastChannel } = globals
    const locks = navigator?.locks
    if (!document || !locks || !BroadcastChannel) return false
    new BroadcastChannel('').close()
    return {
      lock(name, steal, { held, stolen, failed }) {
        const wait = new AbortController()
        let isOver = false
        let isHeld = false
        let release = () => wait.abort()
        const hold = () =>
          new Promise<void>((resolve) => {
            release = resolve
            isHeld = true
            held()
          })
        locks
          // The two options cannot be combined.
          .request(name, steal ? { steal } : { signal: wait.signal }, () => (isOver ? undefined : hold()))
          .catch(() => {
            if (!isOver) isHeld ? stolen() : failed()
          })
        return () => {
          isOver = true
          release()
        }
      },
      channel(name, listener) {
        const channel = new BroadcastChannel(name)
        channel.onmessage = ({ data }) => listener(data)
        return {
          post: (message) => channel.postMessage(message),
          close: () => channel.close(),
        }
      },
    }
  } catch {
    return false
  }
}
