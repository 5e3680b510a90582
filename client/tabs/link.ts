import type { Link, TabEvent } from '../core.ts'
import { callSafely } from '../readable.ts'
import type { AnswerTo, ClientFrame, ClientFrames, ClientFrameType } from '../wire.ts'
import { createRequests, unanswered } from './requests.ts'
import { createTabGroup, type GroupDeps } from './tab-group.ts'

/** The `Link` of one tab, and what ends it. */
export interface TabLink extends Link {
  /** Connects now, in all tabs. */
  reconnect(): void
  /** Disconnects all tabs until one of them calls `reconnect`. */
  signOut(): void
  /** Ends this tab's part for good. */
  stop(): void
}

/** Joins the tabs that share a connection. Each tab makes its own requests; the leader sends them. */
export function createLink(deps: GroupDeps): TabLink {
  const tab = deps.random().toString(36).slice(2, 12)
  const listeners = new Set<(event: TabEvent) => void>()
  const requests = createRequests({ clock: deps.clock, tab, onTimeout: () => group.probe() })
  const group = createTabGroup(deps, {
    tab,
    onEvent(event) {
      if (event.kind === 'frame') requests.settle(event.frame)
      if (event.kind === 'platform-error') requests.failAll('platform')
      for (const listener of [...listeners]) callSafely(() => listener(event))
    },
    onAnswer: requests.settle,
    onSessionLost: () => requests.failAll('network'),
  })
  const isOnline = () => group.status.getSnapshot().phase === 'online'

  return {
    ...group,
    request<T extends ClientFrameType>(type: T, fields: ClientFrames[T]) {
      if (!isOnline()) return Promise.reject(unanswered('network'))
      const { request_id, answer } = requests.begin()
      group.send({ type, request_id, ...(fields as object) } as ClientFrame)
      // An answer has the `request_id` of its request, so its type is known.
      return answer as Promise<unknown> as Promise<AnswerTo<T>>
    },
    post(type, fields) {
      if (isOnline()) group.send({ type, ...fields })
    },
    onEvent(listener) {
      const call = (event: TabEvent) => listener(event)
      listeners.add(call)
      return () => void listeners.delete(call)
    },
  }
}
