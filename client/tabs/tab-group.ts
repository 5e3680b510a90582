import type { Connection, LinkStatus, TabEvent } from '../core.ts'
import { source } from '../readable.ts'
import type { Clock, Page, PageEvent, Readable, Tabs } from '../types.ts'
import type { ClientFrame, ServerFrame } from '../wire.ts'
import { type ConnectionHandlers, createLeader } from './leader.ts'
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
  /** Tabs with the same name share a connection: one user of one stack. */
  readonly name: string
  /** Creates the connection of this tab, which runs while the tab leads. */
  connect(handlers: ConnectionHandlers): Connection
}

interface Handlers {
  readonly tab: string
  onEvent(event: TabEvent): void
  /** Returns false if this tab has not asked for the answer. */
  onAnswer(frame: ServerFrame): boolean
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
  reconnect(): void
  signOut(): void
  stop(): void
}

/** Events that only the leader emits. A leader that was frozen while another one took over may emit some more. */
const leaderEvents: readonly TabEvent['kind'][] = ['frame', 'platform-error', 'polled']

export function createTabGroup(
  { clock, random, page, connect, ...deps }: GroupDeps,
  handlers: Handlers,
): TabGroup {
  const { tab, onEvent, onAnswer, onSessionLost } = handlers
  const tabs = deps.tabs || noTabs
  const name = `${deps.name}/${VERSION}`
  const isLeader = source(false)
  const status = createTabStatus(clock, onSessionLost)
  let channel = silent
  /** Why this tab neither leads nor follows. */
  let away: 'left' | 'signed-out' | 'stopped' | undefined
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
      if (!onAnswer(frame)) post({ kind: 'answer', frame })
    },
  })
  const { connection } = leader

  const leadership = createLeadership({
    clock,
    random,
    page,
    tabs,
    name,
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
    leadership.enter()
  }

  function exit(reason: 'left' | 'signed-out' | 'stopped') {
    away = reason
    stopLeading()
    post({ kind: 'bye' })
    leadership.exit()
    if (reason !== 'signed-out') closeChannel()
    status.leave(reason === 'signed-out' ? reason : 'offline')
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
    if (away && away !== 'stopped') enter()
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
      case 'sign-out':
        return exit('signed-out')
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
      leadership.enter()
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
  enter()
  return {
    status,
    isLeader,
    send(frame) {
      if (isLeader.getSnapshot()) leader.send(tab, frame)
      else post({ kind: 'send', frame })
    },
    emit,
    probe,
    reconnect,
    signOut() {
      post({ kind: 'sign-out' })
      exit('signed-out')
    },
    stop() {
      unsubscribe()
      exit('stopped')
    },
  }
}
