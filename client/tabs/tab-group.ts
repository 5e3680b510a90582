import type { ConnectionHandlers } from '../connection/connection.ts'
import type { Connection, LinkStatus, TabEvent } from '../core.ts'
import { source } from '../readable.ts'
import type { Clock, Page, Readable, Tabs } from '../types.ts'
import type { ClientFrame, ServerFrame } from '../wire.ts'
import { createTabChannel, type TabMessage, versioned } from './channel.ts'
import { createLeader } from './leader.ts'
import { createLeadership } from './leadership.ts'
import { noTabs } from './no-tabs.ts'
import { followPage } from './page-events.ts'
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
  const channel = createTabChannel(tabs, tab, onMessage)
  /** Why this tab neither leads nor follows. */
  let away: 'new' | Exit | undefined = 'new'
  let name = ''
  /** Of this tab as the leader. */
  let term = 0

  const leader = createLeader({
    clock,
    connect,
    onStatus(next) {
      channel.post({ kind: 'status', term, status: next })
      status.report(term, next)
    },
    onEvent: emit,
    answer(frame) {
      channel.post({ kind: 'answer', frame })
      onAnswer(frame)
    },
  })
  const { connection } = leader

  const leadership = createLeadership({
    clock,
    random,
    page,
    tabs,
    question: () => channel.post({ kind: 'ask' }),
    onSteal: () => channel.post({ kind: 'steal' }),
    onLead() {
      term = Math.max(clock.now(), status.term() + 1)
      leader.start()
      isLeader.set(true)
    },
    onLost: stopLeading,
    onAlone: channel.close,
  })

  function stopLeading() {
    isLeader.set(false)
    leader.stop()
  }

  function enter() {
    away = undefined
    channel.open(name)
    status.leave('connecting')
    leadership.enter(name)
  }

  function exit(how: Exit, reason?: string) {
    away = how
    stopLeading()
    channel.post({ kind: 'bye' })
    leadership.exit()
    if (how !== 'ended') channel.close()
    status.leave(how === 'ended' ? 'signed-out' : 'offline', reason)
  }

  function emit(event: TabEvent) {
    channel.post({ kind: 'event', term: status.term(), event })
    onEvent(event)
  }

  function probe() {
    if (isLeader.getSnapshot()) return connection.probe()
    channel.post({ kind: 'probe' })
    leadership.ask()
  }

  function connectNow() {
    if (away === 'left' || (away === 'ended' && name)) enter()
    else if (isLeader.getSnapshot()) connection.reconnect()
  }

  function onMessage(message: TabMessage) {
    if (message.kind === 'reconnect') return connectNow()
    if (away) return
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
    if (isLeader.getSnapshot()) leader.serve(message)
  }

  function onLeaderStatus(theirs: number, next: LinkStatus) {
    const known = status.term()
    if (theirs < known) return
    if (isLeader.getSnapshot()) {
      if (theirs === known) return
      stopLeading()
      leadership.enter(name)
    }
    leadership.heard()
    status.report(theirs, next)
  }

  function reconnect() {
    connectNow()
    channel.post({ kind: 'reconnect' })
  }

  const unsubscribe = followPage(page, {
    phase: () => (away ? undefined : status.getSnapshot().phase),
    leave: () => away || exit('left'),
    comeBack: () => away === 'left' && enter(),
    beat: () => (isLeader.getSnapshot() ? connection.beat() : leadership.ask()),
    probe,
    reconnect,
  })
  return {
    status,
    isLeader,
    send(frame) {
      if (isLeader.getSnapshot()) leader.send(tab, frame)
      else channel.post({ kind: 'send', frame })
    },
    emit,
    probe,
    start(scope) {
      name = versioned(scope)
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
