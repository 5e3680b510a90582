import type { Clock, LockEvents, Page, PageEvent, Tabs } from '../../../client/types.ts'

/** One tab of a fake browser: its own timers, page, locks and channel. */
export interface FakeTab {
  readonly clock: Clock
  readonly page: Page
  readonly tabs: Tabs
  /** Shows or hides the page, or sends it another event. */
  event(event: PageEvent): void
  /** The process ends: nothing runs any more, and the browser releases the locks. */
  crash(): void
  /** Nothing runs until `thaw`, but the locks stay. What happens meanwhile is made up for. */
  freeze(): void
  thaw(): void
}

/** As measured in Chromium. */
const STEAL_MS = 50

interface Request {
  readonly tab: object
  readonly events: LockEvents
}

/** A browser with several tabs, on one clock. Messages and locks take a turn of the event loop, as in a real one. */
export function fakeBrowser(clock: Clock) {
  const queues = new Map<string, Request[]>()
  const channels = new Set<{ readonly name: string; hear(message: unknown): void }>()

  /** The first of a queue holds the lock. */
  function release(name: string, request: Request) {
    const queue = queues.get(name) ?? []
    const index = queue.indexOf(request)
    if (index >= 0) queue.splice(index, 1)
    if (index === 0) queue[0]?.events.held()
  }

  function releaseAll(tab: object) {
    for (const [name, queue] of queues) {
      for (const request of queue.toReversed()) if (request.tab === tab) release(name, request)
    }
  }

  return {
    channels,
    tab({ locksFail = false } = {}): FakeTab {
      const tab = {}
      const listeners = new Set<(event: PageEvent) => void>()
      let isVisible = true
      let state: 'running' | 'frozen' | 'crashed' = 'running'
      const late: (() => void)[] = []
      const run = (action: () => void) => {
        if (state === 'running') action()
        else if (state === 'frozen') late.push(action)
      }
      /** In the next turn of this tab. */
      const soon = (action: () => void, ms = 0) => void clock.setTimeout(() => run(action), ms)
      return {
        clock: { ...clock, setTimeout: (action, ms) => clock.setTimeout(() => run(action), ms) },
        page: {
          isVisible: () => isVisible,
          subscribe(listener) {
            listeners.add(listener)
            return () => void listeners.delete(listener)
          },
        },
        tabs: {
          lock(name, steal, events) {
            let isOver = false
            const unlessOver = (action: () => void) => () =>
              soon(() => isOver || action(), steal ? STEAL_MS : 0)
            const request: Request = {
              tab,
              events: {
                held: unlessOver(events.held),
                stolen: unlessOver(events.stolen),
                failed: unlessOver(events.failed),
              },
            }
            if (locksFail) {
              request.events.failed()
              return () => {}
            }
            const queue = queues.get(name) ?? []
            queues.set(name, queue)
            if (steal) {
              queue.shift()?.events.stolen()
              queue.unshift(request)
            } else {
              queue.push(request)
            }
            if (queue[0] === request) request.events.held()
            return () => {
              isOver = true
              release(name, request)
            }
          },
          channel(name, listener) {
            const channel = {
              name,
              hear: (message: unknown) => soon(() => channels.has(channel) && listener(message)),
            }
            channels.add(channel)
            return {
              post(message) {
                if (!channels.has(channel)) return
                for (const other of channels) {
                  if (other !== channel && other.name === name) other.hear(structuredClone(message))
                }
              },
              close: () => void channels.delete(channel),
            }
          },
        },
        event(event) {
          if (event === 'visible' || event === 'hidden') isVisible = event === 'visible'
          for (const listener of [...listeners]) listener(event)
        },
        crash() {
          state = 'crashed'
          releaseAll(tab)
        },
        freeze() {
          state = 'frozen'
        },
        thaw() {
          state = 'running'
          for (const action of late.splice(0)) action()
        },
      }
    },
  }
}
