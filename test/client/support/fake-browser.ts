import type { Core } from '../../../client/core.ts'
import { RequestError } from '../../../client/errors.ts'
import { createOutbox, type Outbox } from '../../../client/outbox/outbox.ts'
import { source } from '../../../client/readable.ts'
import type { LinkStatus, TabEvent } from '../../../client/shared.ts'
import { memoryStorage } from '../../../client/storage/memory.ts'
import { createStore } from '../../../client/storage/store.ts'
import type { Storage } from '../../../client/types.ts'
import type { ClientFrames, Message, ServerFrame } from '../../../client/wire.ts'
import { virtualClock } from './virtual-clock.ts'

export const USER = 'ada'

/** How the fake server answers an attempt: stores the message, refuses it, or leaves it unanswered. */
export type Answer = 'store' | 'hold' | RequestError

/** Tabs of one browser with an outbox each, and a server that stores what they send. */
export function fakeBrowser({ random = () => 0.5 }: { random?: () => number } = {}) {
  const clock = virtualClock()
  const status = source<LinkStatus>({ phase: 'online', since: 0, session: 1, rotated: false })
  const tabs: Tab[] = []
  const server = fakeServer()

  interface Tab {
    readonly core: Core
    readonly outbox: Outbox
    /** What this tab was told. */
    readonly events: TabEvent[]
    lead(isLeader: boolean): void
    /** The connection ends: what is in flight gets no answer. */
    cut(): void
    receive(event: TabEvent): void
    /** Until `resume`, the tab hears nothing of the others. */
    suspend(): void
    resume(): void
    close(): void
  }

  /** Opens a tab. With the storage of another tab or of an earlier page, it shares what is stored there. */
  function openTab({ storage = memoryStorage() as Storage, isLeader = true } = {}): Tab {
    const leader = source(isLeader)
    const listeners = new Set<(event: TabEvent) => void>()
    const inFlight = new Set<(error: RequestError) => void>()
    const receive = (event: TabEvent) => {
      tab.events.push(event)
      for (const listener of listeners) listener(event)
    }
    const emit = (event: TabEvent) => {
      receive(event)
      for (const other of tabs) {
        if (other !== tab) queueMicrotask(() => other.receive(structuredClone(event)))
      }
    }
    const send = async (
      conversationId: string,
      message: ClientFrames['send_message']['message'],
      id: string,
      via: 'socket' | 'rest',
    ) => {
      const lost = new Promise<never>((_, reject) => inFlight.add(reject))
      return Promise.race([server.send(conversationId, message, id, via), lost])
    }
    const core: Core = {
      clock,
      random,
      page: { isVisible: () => true, subscribe: () => () => {} },
      user: source<string | undefined>(USER),
      store: createStore(storage, USER, clock),
      link: {
        status,
        isLeader: leader,
        async request(_, fields) {
          const { conversation_id, message, client_message_id } = fields as ClientFrames['send_message']
          const stored = await send(conversation_id, message, client_message_id, 'socket')
          const frame = { type: 'message_sent', conversation_id, client_message_id, message: stored } as const
          emit({ frame })
          return frame as never
        },
        send: () => false,
        emit,
        onEvent(listener) {
          listeners.add(listener)
          return () => listeners.delete(listener)
        },
      },
    }
    const tab: Tab = {
      core,
      events: [],
      outbox: createOutbox(core, {
        sendMessage: (id, { client_message_id, ...message }) => send(id, message, client_message_id, 'rest'),
      }),
      lead(isLeader) {
        leader.set(isLeader)
        if (!isLeader) tab.cut()
      },
      cut() {
        for (const reject of inFlight) reject(refusal('network'))
        inFlight.clear()
      },
      receive,
      suspend() {
        tab.receive({ page: 'leave' })
        tabs.splice(tabs.indexOf(tab), 1)
      },
      resume() {
        tabs.push(tab)
        tab.receive({ page: 'return' })
      },
      close() {
        tab.outbox.stop()
        tab.lead(false)
        tabs.splice(tabs.indexOf(tab), 1)
      },
    }
    tabs.push(tab)
    return tab
  }

  return {
    clock,
    server,
    status,
    openTab,
    /** Another state of the connection, for all tabs. */
    connection(change: Partial<LinkStatus>) {
      status.set({ ...status.getSnapshot(), ...change })
    },
    /** The leader's connection received a frame. */
    receive(frame: ServerFrame) {
      for (const tab of tabs) tab.receive({ frame })
    },
  }
}

function fakeServer() {
  const answers: Answer[] = []
  const held: (() => void)[] = []
  const stored = new Map<string, Message>()
  return {
    /** Every attempt: what was sent, under which id and how. */
    attempts: [] as { readonly content: string; readonly id: string; readonly via: 'socket' | 'rest' }[],
    /** The contents that were stored, in order. */
    contents: () => [...stored.values()].map(({ content }) => content),
    /** The answers to the next attempts; afterwards all are stored. */
    answer(...next: Answer[]) {
      answers.push(...next)
    },
    /** Stores what was held and answers it. */
    release() {
      for (const go of held.splice(0)) go()
    },
    async send(
      conversationId: string,
      message: ClientFrames['send_message']['message'],
      id: string,
      via: 'socket' | 'rest',
    ): Promise<Message> {
      this.attempts.push({ content: message.content, id, via })
      const answer = answers.shift() ?? 'store'
      if (answer instanceof RequestError) throw answer
      if (answer === 'hold') await new Promise<void>((resolve) => held.push(resolve))
      const known = stored.get(id)
      const saved = known ?? storedMessage({ ...message, conversationId, id, seq: stored.size + 1 })
      stored.set(id, saved)
      return saved
    },
  }
}

/** A message of the user as the server returns it. */
export function storedMessage({
  id,
  conversationId = 'c1',
  content = 'hello',
  seq = 1,
  sender = USER,
}: {
  id: string
  conversationId?: string
  content?: string
  seq?: number
  sender?: string
}): Message {
  return {
    id: `m-${id}`,
    conversation_id: conversationId,
    seq,
    sender_id: sender,
    created_at: '2026-01-01T12:00:00.000Z',
    kind: 'message',
    content,
    client_message_id: id,
    is_read: false,
  }
}

/** A refusal by the server, or a failure of the connection. */
export const refusal = (code: RequestError['code'], retryAfterMs?: number) =>
  new RequestError(code, `refused: ${code}`, {
    retryable: [
      'rate_limited',
      'unavailable',
      'reconnect_required',
      'network',
      'timeout',
      'platform',
    ].includes(code),
    retryAfterMs,
  })
