import type { Core, Store } from '../../../client/core.ts'
import { RequestError } from '../../../client/errors.ts'
import { source } from '../../../client/readable.ts'
import type { LinkStatus, TabEvent } from '../../../client/shared.ts'
import type { AnswerTo, ClientFrames, ClientFrameType, ServerFrame } from '../../../client/wire.ts'
import { virtualClock } from './virtual-clock.ts'

/** Answers a frame; what it throws or rejects with is the error of the request. */
type Handler<T extends ClientFrameType> = (
  fields: ClientFrames[T],
) => Omit<AnswerTo<T>, 'type'> | Promise<Omit<AnswerTo<T>, 'type'>>

/** Everything that the parts of the client share, under the control of a test. It starts without a session. */
export function fakeCore({ user = 'ada' } = {}) {
  const clock = virtualClock()
  const status = source<LinkStatus>({ phase: 'connecting', since: clock.now(), session: 0, rotated: false })
  const isLeader = source(true)
  const eventListeners = new Set<(event: TabEvent) => void>()
  const handlers: { [T in ClientFrameType]?: Handler<T> } = {}
  const sent: { readonly type: ClientFrameType; readonly fields: object }[] = []
  const store = fakeStore()

  const emit = (event: TabEvent) => {
    for (const listener of [...eventListeners]) listener(event)
  }
  const setStatus = (change: Partial<LinkStatus>) =>
    status.set({ ...status.getSnapshot(), since: clock.now(), ...change })

  const core: Core = {
    clock,
    random: () => 0.5,
    page: {
      isVisible: () => true,
      subscribe: () => () => undefined,
    },
    link: {
      status,
      isLeader,
      async request<T extends ClientFrameType>(type: T, fields: ClientFrames[T]): Promise<AnswerTo<T>> {
        sent.push({ type, fields: fields as object })
        const { phase, session } = status.getSnapshot()
        if (phase !== 'online') throw new RequestError('network', 'no session', { retryable: true })
        const handler = handlers[type] as Handler<T> | undefined
        if (!handler) return await new Promise<never>(() => undefined)
        const answer = { type: answerTypes[type], ...(await handler(fields)) } as AnswerTo<T>
        if (status.getSnapshot().session !== session) {
          throw new RequestError('network', 'the connection has ended', { retryable: true })
        }
        emit({ frame: answer as unknown as ServerFrame })
        return answer
      },
      send({ type, ...fields }) {
        const isOnline = status.getSnapshot().phase === 'online'
        if (isOnline) sent.push({ type, fields })
        return isOnline
      },
      emit,
      onEvent(listener) {
        eventListeners.add(listener)
        return () => void eventListeners.delete(listener)
      },
    },
    store,
    user: source<string | undefined>(user),
  }

  return {
    core,
    clock,
    store,
    isLeader,
    setStatus,
    /** Begins a session. */
    goOnline: ({ rotated = false } = {}) =>
      setStatus({ phase: 'online', session: status.getSnapshot().session + 1, rotated }),
    goOffline: () => setStatus({ phase: 'offline' }),
    /** Answers every request of this type from now on. Without a handler a request gets no answer. */
    answer<T extends ClientFrameType>(type: T, handler: Handler<T>) {
      Object.assign(handlers, { [type]: handler })
    },
    emit,
    /** Delivers a frame from the server to all tabs. */
    receive: (frame: ServerFrame) => emit({ frame }),
    /** The fields of the frames of this type that were sent, oldest first. */
    sent: <T extends ClientFrameType>(type: T) =>
      sent.filter((frame) => frame.type === type).map(({ fields }) => fields as ClientFrames[T]),
  }
}
export type FakeCore = ReturnType<typeof fakeCore>

const answerTypes: Readonly<Record<ClientFrameType, string>> = {
  authenticate: 'authenticated',
  join_conversation: 'joined_conversation',
  leave_conversation: 'left_conversation',
  send_message: 'message_sent',
  mark_read: 'marked_read',
  typing: '',
  ping: 'pong',
}

/** A user's storage in memory. Values are copied, as real storage does. */
export function fakeStore(): Store & { readonly values: Map<string, unknown> } {
  const values = new Map<string, unknown>()
  return {
    values,
    kind: source<'durable' | 'memory'>('durable'),
    get: async (key) => structuredClone(values.get(key)),
    set: async (key, value) => void (value ? values.set(key, structuredClone(value)) : values.delete(key)),
    list: async (prefix) =>
      [...values]
        .filter(([key]) => key.startsWith(prefix))
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, value]) => [key, structuredClone(value)] as const),
    clear: async () => values.clear(),
  }
}
