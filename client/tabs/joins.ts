import type { Clock } from '../types.ts'
import type { ClientFrame, ServerFrame } from '../wire.ts'

/** By then, the tab that waits has given up as well. */
const LEFT_WITHIN_MS = 10_000

type Join = Extract<ClientFrame, { type: 'join_conversation' }>
type Leave = Extract<ClientFrame, { type: 'leave_conversation' }>

/** Which tabs have joined which conversation on the leader's connection. */
export interface Joins {
  join(tab: string, frame: Join): void
  /** Leaves the conversation if no other tab has joined it. */
  leave(tab: string, frame: Leave): void
  /** The tab is gone. */
  leaveAll(tab: string): void
  /** A frame came from the server. */
  onFrame(frame: ServerFrame): void
  /** The answers to all frames may be lost. */
  interrupt(): void
  /** Another session begins, in which nothing is joined. */
  clear(): void
}

interface Deps {
  readonly clock: Clock
  send(frame: ClientFrame): void
  /** Answers a frame that is not sent. */
  answer(frame: ServerFrame): void
  /** Answers a frame that cannot be sent. */
  refuse(frame: ClientFrame): void
}

export function createJoins({ clock, send, answer, refuse }: Deps): Joins {
  const joined = new Map<string, Set<string>>()
  /** Joins wait for the answer to an earlier `leave_conversation`, because the server may handle the two in either order. */
  const leaving = new Map<string, { until: number; request_id: string | undefined; joins: Join[] }>()

  function isLeaving(conversation: string) {
    const earlier = leaving.get(conversation)
    return earlier && earlier.until > clock.now() ? earlier : undefined
  }

  function leave(tab: string, frame: Leave) {
    const { conversation_id, request_id } = frame
    const tabs = joined.get(conversation_id)
    tabs?.delete(tab)
    const earlier = isLeaving(conversation_id)
    if (!tabs?.size) for (const join of earlier?.joins.splice(0) ?? []) refuse(join)
    if (tabs?.size || earlier) {
      if (request_id) answer({ type: 'left_conversation', conversation_id, request_id })
    } else {
      leaving.set(conversation_id, { until: clock.now() + LEFT_WITHIN_MS, request_id, joins: [] })
      send(frame)
    }
  }

  function left(conversation: string) {
    const joins = leaving.get(conversation)?.joins
    leaving.delete(conversation)
    joins?.forEach(send)
  }

  function interrupt() {
    const waiting = [...leaving.values()].flatMap(({ joins }) => joins)
    leaving.clear()
    waiting.forEach(refuse)
  }

  return {
    join(tab, frame) {
      const { conversation_id } = frame
      joined.set(conversation_id, (joined.get(conversation_id) ?? new Set()).add(tab))
      const earlier = isLeaving(conversation_id)
      if (earlier) earlier.joins.push(frame)
      else send(frame)
    },
    leave,
    leaveAll(tab) {
      for (const [conversation_id, tabs] of joined) {
        if (tabs.has(tab)) leave(tab, { type: 'leave_conversation', conversation_id })
      }
    },
    onFrame(frame) {
      if (frame.type === 'left_conversation') left(frame.conversation_id)
      if (frame.type !== 'error' || !frame.request_id) return
      for (const [conversation, { request_id }] of leaving) {
        if (request_id === frame.request_id) left(conversation)
      }
    },
    interrupt,
    clear() {
      joined.clear()
      interrupt()
    },
  }
}
