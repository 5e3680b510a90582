import type { Connection } from '../core.ts'
import { emitter, source } from '../readable.ts'
import { createRequests } from '../requests.ts'
import type { LinkStatus, TabEvent } from '../shared.ts'
import type { ClientFrame, ServerFrame } from '../wire.ts'
import { callAfter, isReturn } from './connection-triggers.ts'
import { createLeadership } from './leadership.ts'
import { type Call, noTabs, silent, type TabMessage, VERSION } from './messages.ts'
import type { LinkDeps, TabLink } from './types.ts'

/**
 * Makes this tab's requests over the connection that the tabs share. One tab leads: it holds the connection and shares
 * what it receives. Every tab, including the leader, handles what is shared in the same way.
 *
 * @param connect creates the connection of this tab, which runs while the tab leads
 */
export function createLink(
  deps: LinkDeps,
  connect: (onFrame: (frame: object) => void, onStatus: (status: LinkStatus) => void) => Connection,
): TabLink {
  const { clock, random, page } = deps
  const tabs = deps.tabs || noTabs
  const unconnected = { phase: 'connecting', since: clock.now(), session: 0, rotated: false } as const
  const status = source<LinkStatus>(unconnected)
  const isLeader = source(false)
  const events = emitter<TabEvent>()
  /** The conversations that this tab has joined. */
  const joined = new Set<string>()
  const requests = createRequests(clock, String(random()).slice(2), send)
  let channel = silent
  let name = ''
  /** Why this tab neither leads nor follows. */
  let away: 'new' | 'suspended' | 'ended' | undefined = 'new'
  let visits = 0
  /**
   * The number of the latest session of any leader, the number of this tab's own latest session, and the number at
   * which this tab's own sessions begin.
   */
  let latest = 0
  let own = 0
  let first = 0

  const connection = connect(
    (frame) => share({ frame, session: own }),
    (next) => {
      own = first + next.session
      share({ status: { ...next, session: own } })
    },
  )
  const leadership = createLeadership(deps, tabs, isLeader, () => call('beat'), closeChannel)
  isLeader.subscribe(() => {
    if (!isLeader()) return connection.stop()
    first = Math.max(clock.now(), latest + 2)
    share({ status: { ...unconnected, since: clock.now(), session: first } })
    connection.start()
  })

  /** Delivers a message to this tab and to all others. */
  function share(message: TabMessage): void {
    channel.post(message)
    hear(message)
  }

  function hear({ status: next, frame, session, event, send: toSend, call: what }: TabMessage): void {
    // If there are two leaders, the earlier one was frozen, and does not know yet that it no longer leads.
    if (next && next.session >= latest) {
      latest = next.session
      leadership.heard()
      show({ ...next, session: latest + 2 * visits })
    }
    if (frame && session === latest) receive(frame as ServerFrame)
    if (event) events.emit(event)
    if (!isLeader()) return
    if (toSend) connection.send(toSend)
    if (what) connection[what]()
  }

  function receive(frame: ServerFrame) {
    if (typeof frame.type !== 'string') return requests.fail('platform')
    requests.receive({ ...frame })
    events.emit({ frame })
  }

  function show(next: LinkStatus): void {
    const last = status()
    const rotated = next.rotated && next.session < last.session + 2
    // Answers come only from sessions that are open, or that were open until the rotation.
    if (next.phase !== 'online' || next.session > last.session + Number(rotated)) requests.fail('network')
    const shown = { ...next, rotated }
    if (JSON.stringify(shown) !== JSON.stringify(last)) status.set(shown)
  }

  /** Sends a frame. Returns false without a session, no matter which tab leads. */
  function send(frame: object): boolean {
    const { type, conversation_id } = frame as { readonly type: string; readonly conversation_id: string }
    if (status().phase !== 'online') return false
    if (type === 'join_conversation') joined.add(conversation_id)
    if (type === 'leave_conversation') joined.delete(conversation_id)
    if (isLeader()) return connection.send(frame as ClientFrame)
    channel.post({ send: frame as ClientFrame } satisfies TabMessage)
    return true
  }

  /** Asks the leader to do something. */
  function call(what: Call) {
    if (isLeader()) return connection[what]()
    channel.post({ call: what })
    leadership.expect()
  }

  function enter(): void {
    // Also emitted if the application calls `reconnect` before the page says that it goes on.
    if (away !== 'new') events.emit({ page: 'return' })
    away = undefined
    visits++
    channel = tabs.channel(name, (message) => hear(message as TabMessage))
    stayAway('connecting')
    leadership.enter(name)
    channel.post({ call: 'beat' })
  }
  function exit(why: typeof away, phase: LinkStatus['phase'], reason?: string, retryAt?: number): void {
    away = why
    if (!isLeader())
      for (const conversation_id of joined) send({ type: 'leave_conversation', conversation_id })
    leadership.exit()
    closeChannel()
    stayAway(phase, reason, retryAt)
  }
  /** Shows that this tab has no session. */
  function stayAway(phase: LinkStatus['phase'], reason?: string, retryAt?: number): void {
    const last = status()
    const since = phase === last.phase ? last.since : clock.now()
    show({ phase, since, session: last.session, rotated: false, reason, retryAt } as LinkStatus)
  }
  function closeChannel(): void {
    channel.close()
    channel = silent
  }

  const unsubscribe = page.subscribe((event) => {
    if (away) {
      if (away === 'suspended' && isReturn(event)) enter()
    } else if (event === 'leave') {
      events.emit({ page: 'leave' })
      exit('suspended', 'offline')
    } else {
      const what = callAfter(event, status().phase)
      if (what) call(what)
    }
  })

  return {
    status,
    isLeader,
    request(type, fields) {
      const answer = requests.request(type, fields)
      answer.catch(({ code }) => code === 'timeout' && call('ping'))
      return answer
    },
    send,
    emit: (event) => share({ event }),
    onEvent: events.subscribe,
    start(scope) {
      name = `${scope}/${VERSION}`
      enter()
    },
    reconnect() {
      if (!away) call('reconnect')
      else if (name) enter()
    },
    end: (reason, retryAt) => exit('ended', retryAt ? 'offline' : 'signed-out', reason, retryAt),
    stop() {
      unsubscribe()
      name = ''
      exit('ended', 'offline')
    },
  }
}
