import type { Link, TabEvent } from '../core.ts'
import { callSafely } from '../readable.ts'
import { createRequests } from '../requests.ts'
import type { ClientFrame } from '../wire.ts'
import { createTabGroup, type GroupDeps, type TabGroup } from './tab-group.ts'

/** The `Link` of one tab, and its beginning and end. */
export type TabLink = Link & Pick<TabGroup, 'start' | 'reconnect' | 'end' | 'stop'>

/** Makes this tab's requests. They go over the connection that the tabs share. */
export function createLink(deps: GroupDeps): TabLink {
  const tab = deps.random().toString(36).slice(2, 12)
  const listeners = new Set<(event: TabEvent) => void>()
  const requests = createRequests(deps.clock, tab, send)
  const group = createTabGroup(deps, {
    tab,
    onEvent(event) {
      if (event.kind === 'frame') requests.receive({ ...event.frame })
      if (event.kind === 'platform-error') requests.fail('platform')
      for (const listener of [...listeners]) callSafely(() => listener(event))
    },
    onAnswer: (frame) => requests.receive({ ...frame }),
    onSessionLost: () => requests.fail('network'),
  })

  /** Whether this tab leads or another one does, a session is needed. */
  function send(frame: object) {
    const isOnline = group.status.getSnapshot().phase === 'online'
    if (isOnline) group.send(frame as ClientFrame)
    return isOnline
  }

  return {
    ...group,
    request(type, fields) {
      const answer = requests.request(type, fields)
      answer.catch(({ code }) => code === 'timeout' && group.probe())
      return answer
    },
    post: (type, fields) => void send({ type, ...fields }),
    onEvent(listener) {
      const call = (event: TabEvent) => listener(event)
      listeners.add(call)
      return () => void listeners.delete(call)
    },
  }
}
