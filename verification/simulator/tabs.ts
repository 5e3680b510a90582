import type { Tabs } from '../../client/types.ts'
import type { Scheduler } from './scheduler.ts'

const MESSAGE_MS = 5

interface Holder {
  readonly lost: AbortController
}

/** Web Locks and BroadcastChannel of one browser. Messages take a moment; a lock is granted in the order of requests. */
export function simulatedTabs(scheduler: Scheduler): Tabs {
  const holders = new Map<string, Holder>()
  const waiting = new Map<string, (() => void)[]>()
  const channels = new Map<string, Set<(message: unknown) => void>>()

  function grantNext(name: string): void {
    waiting.get(name)?.shift()?.()
  }
  return {
    async lock(name, { steal, signal }, lead) {
      if (steal) holders.get(name)?.lost.abort()
      else if (holders.has(name)) {
        const queue = waiting.get(name) ?? []
        waiting.set(name, queue)
        await new Promise<void>((resolve) => {
          queue.push(resolve)
          signal.addEventListener('abort', () => resolve(), { once: true })
        })
      }
      if (signal.aborted) {
        if (!holders.has(name)) grantNext(name)
        return
      }
      const holder = { lost: new AbortController() }
      holders.set(name, holder)
      try {
        await lead(holder.lost.signal)
      } finally {
        if (holders.get(name) === holder) {
          holders.delete(name)
          grantNext(name)
        }
      }
    },
    channel(name, listener) {
      const all = channels.get(name) ?? new Set()
      channels.set(name, all)
      const mine = (message: unknown) => listener(message)
      all.add(mine)
      return {
        post(message) {
          const copy = structuredClone(message)
          for (const other of all) {
            if (other === mine) continue
            scheduler.after(scheduler.random.below(MESSAGE_MS), 'message to a tab', () => {
              if (all.has(other)) other(copy)
            })
          }
        },
        close: () => void all.delete(mine),
      }
    },
  }
}
