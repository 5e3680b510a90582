import type { ConnectionHandlers } from '../connection/connection.ts'
import type { Connection, LinkStatus, TabEvent } from '../core.ts'
import { source } from '../readable.ts'
import type { Clock, Page, PageEvent, Readable, Tabs } from '../types.ts'
import type { ClientFrame, ServerFrame } from '../wire.ts'
import { createLeader } from './leader.ts'
import { createLeadership } from './leadership.ts'
import { type Message, readMessage, type TabMessage, VERSION } from './messages.ts'
import { noTabs, silent } from './no-tabs.ts'
import { createTabStatus } from './status.ts'

export interface GroupDeps {
  readonly clock: Clock
  readonly random: () => number
  readonly page: Page
  /** `false` if tabs do not share a connection. */
  readonly tabs: Tabs | false
  /** Creates the connection of this tab, which runs while the tab leads. */
  connect(handlers: ConnectionHandlers): Connection
}

interface Handlers {
  readonly tab: string
  onEvent(event: TabEvent): void
  /** An answer that does not come from the server, and may be for another tab. */
  onAnswer(frame: ServerFrame): void
  /** Requests without an answer will not get one. */
  onSessionLost(): void
}

/** This tab as one of those that share a connection. One of them leads. */
export interface TabGroup {
  readonly status: Readable<LinkStatus>
  readonly isLeader: Readable<boolean>
  send(frame: ClientFrame): void
  emit(event: TabEvent): void
  probe(): void
  /** Shares a connection with the tabs that start with the same name: one user of one stack. */
  start(name: string): void
  /** Connects now, in all tabs. */
  reconnect(): void
  /** Disconnects this tab, as `signed-out`, until `reconnect`. */
  end(reason: string): void
  /** Disconnects this tab for good. */
  stop(): void
}

/** Suspended or closed; signed out; disposed of. */
type Exit = 'left' | 'ended' | 'stopped'

/** Events that only the leader emits. A leader that was frozen while another one took over may emit some more. */
const leaderEvents: readonly TabEvent['kind'][] = ['frame', 'platform-error', 'polled']

export function createTabGroup(
  { clock, random, page, connect, ...deps }: GroupDeps,
  handlers: Handlers,
): TabGroup {
  const { tab, onEvent, onAnswer, onSessionLost } = handlers
  const tabs = deps.tabs || noTabs
  const isLeader = source(false)
  const status = createTabStatus(clock, onSessionLost)
  let channel = silent
  /** Why this tab neither leads nor follows. */
  let away: 'new' | Exit | undefined = 'new'
  let name = ''
  /** Of this tab as the leader. */
  let term = 0

  const leader = createLeader({
    clock,
    connect,
    onStatus(next) {
      post({ kind: 'status', term, status: next })
      status.report(term, next)
    },
    onEvent: emit,
    answer(frame) {
      post({ kind: 'answer', frame })
      onAnswer(frame)
    },
  })
  const { connection } = leader

  const leadership = createLeadership({
    clock,
    random,
    page,
    tabs,
    question: () => post({ kind: 'ask' }),
    onSteal: () => post({ kind: 'steal' }),
    onLead() {
      term = Math.max(clock.now(), status.term() + 1)
      leader.start()
      isLeader.set(true)
    },
    onLost: stopLeading,
    onAlone: closeChannel,
  })

  function stopLeading() {
    isLeader.set(false)
    leader.stop()
  }

  function closeChannel() {
    channel.close()
    channel = silent
  }

  function enter() {
    away = undefined
    if (channel === silent) channel = tabs.channel(name, onMessage)
    status.leave('connecting')
    leadership.enter(name)
  }

  function exit(how: Exit, reason?: string) {
    away = how
    stopLeading()
    post({ kind: 'bye' })
    leadership.exit()
    if (how !== 'ended') closeChannel()
    status.leave(how === 'ended' ? 'signed-out' : 'offline', reason)
  }

  function post(message: Message) {
    channel.post({ ...message, version: VERSION, from: tab })
  }

  function emit(event: TabEvent) {
    post({ kind: 'event', term: status.term(), event })
    onEvent(event)
  }

  function probe() {
    if (isLeader.getSnapshot()) return connection.probe()
    post({ kind: 'probe' })
    leadership.ask()
  }

  function connectNow() {
    if (away === 'left' || (away === 'ended' && name)) enter()
    else if (isLeader.getSnapshot()) connection.reconnect()
  }

  function onMessage(value: unknown) {
    const message = readMessage(value)
    if (message?.kind === 'reconnect') return connectNow()
    if (!message || away) return
    switch (message.kind) {
      case 'status':
        return onLeaderStatus(message.term, message.status)
      case 'event':
        if (!leaderEvents.includes(message.event.kind) || message.term === status.term())
          onEvent(message.event)
        return
      case 'steal':
        return leadership.heard()
      case 'answer':
        onAnswer(message.frame)
        return
    }
    if (isLeader.getSnapshot()) serve(message)
  }

  /** What other tabs want of the leader. */
  function serve(message: TabMessage) {
    switch (message.kind) {
      case 'ask':
        post({ kind: 'status', term, status: leader.status() })
        return connection.beat()
      case 'send':
        return leader.send(message.from, message.frame)
      case 'probe':
        return connection.probe()
      case 'bye':
        return leader.forget(message.from)
    }
  }

  function onLeaderStatus(theirs: number, next: LinkStatus) {
    if (isLeader.getSnapshot()) {
      if (theirs <= term) return
      stopLeading()
      leadership.enter(name)
    }
    if (theirs < status.term()) return
    leadership.heard()
    status.report(theirs, next)
  }

  function onPageEvent(event: PageEvent) {
    const { phase } = status.getSnapshot()
    if (event === 'leave' && !away) exit('left')
    else if (away === 'left' && (event === 'wake' || event === 'visible')) enter()
    else if (!away) nudge(event, phase)
  }

  function nudge(event: PageEvent, phase: LinkStatus['phase']) {
    const isOnline = phase === 'online'
    if (event === 'visible' && phase === 'replaced') reconnect()
    else if (event === 'visible' && isOnline) isLeader.getSnapshot() ? connection.beat() : leadership.ask()
    else if (event !== 'hidden' && (event !== 'offline' || isOnline)) probe()
  }

  function reconnect() {
    connectNow()
    post({ kind: 'reconnect' })
  }

  const unsubscribe = page.subscribe(onPageEvent)
  return {
    status,
    isLeader,
    send(frame) {
      if (isLeader.getSnapshot()) leader.send(tab, frame)
      else post({ kind: 'send', frame })
    },
    emit,
    probe,
    start(scope) {
      name = `${scope}/${VERSION}`
      enter()
    },
    reconnect,
    end(reason) {
      if (away !== 'stopped') exit('ended', reason)
    },
    stop() {
      unsubscribe()
      exit('stopped')
    },
  }
}
