import { ChatError } from '../../protocol/errors.ts'
import type { ConversationHead } from '../stores/conversations.ts'
import type { Entry } from '../stores/log.ts'
import { pause } from '../stores/table.ts'
import type { Deps } from './deps.ts'
import { type Draft, draftHash, nextEntry } from './messages.ts'

type Needs = Pick<Deps, 'conversations' | 'log' | 'rates' | 'now' | 'newId'>

/** What stands in the log, and whether it stood there before. */
export interface Committed {
  readonly entry: Entry
  readonly duplicate: boolean
}

/** How long a send may compete before the client is asked to try again; the function has ten seconds in all. */
const COMPETE_FOR = 5000
/** Milliseconds that one turn takes, about: a read and a write. */
const TURN_TAKES = 10
/** A turn that was not served for so long belongs to somebody who died. */
const PATIENCE = 250

/**
 * Stores a draft exactly once, at the place after the head. One writer alone succeeds at the first attempt.
 * Where writers meet, each draws a turn and waits for those before it, because competitors who only retried
 * would spoil each other's attempts (docs/decisions/0001). A turn is advice: the slot decides, so that nobody
 * depends on a holder who died.
 */
export async function commit(deps: Needs, head: ConversationHead, draft: Draft): Promise<Committed> {
  const hash = draftHash(draft)
  const until = deps.now() + COMPETE_FOR
  let turn: number | undefined
  while (deps.now() < until) {
    if (turn === undefined && queued(head) > 0) turn = await deps.log.takeTurn(head.id)
    if (turn !== undefined) head = await waitForTurn(deps, head, turn)

    const entry = nextEntry(head, draft, {
      now: deps.now(),
      random: deps.newId(),
      rate: deps.rates.messages,
      turn,
    })
    const result = await deps.log.append(head.id, entry, hash)
    if (result.outcome === 'stored') return { entry, duplicate: false }
    if (result.outcome === 'repeated') return await repeated(deps, head.id, hash, result.stored)
    turn ??= await deps.log.takeTurn(head.id)
    head = await onwards(deps, head)
  }
  throw new ChatError('unavailable', 'the conversation is too busy, try again', { retryAfterMs: 500 })
}

/** Turns that were drawn and not served yet. */
const queued = ({ last, turnsIssued }: ConversationHead) => turnsIssued - (last?.turn ?? 0)

/** Resolves with the head when nobody is before us, or nobody before us shows a sign of life. */
async function waitForTurn(deps: Needs, head: ConversationHead, turn: number): Promise<ConversationHead> {
  let seenAt = deps.now()
  for (;;) {
    const served = head.last?.turn ?? 0
    const before = turn - served - 1
    if (before <= 0 || deps.now() - seenAt > PATIENCE) return head
    // A pace measured here would count our own sleep, and everybody would sleep longer and longer.
    await pause(Math.min(before * TURN_TAKES, PATIENCE))
    head = await onwards(deps, head)
    if ((head.last?.turn ?? 0) > served) seenAt = deps.now()
  }
}

/** The same conversation with the log as it is now: who may send has been read with the frame. */
async function onwards({ conversations }: Needs, head: ConversationHead): Promise<ConversationHead> {
  const { last, turnsIssued } = await conversations.tail(head.id)
  return { ...head, turnsIssued, ...(last ? { last } : {}) }
}

async function repeated(
  { log }: Needs,
  conversation: string,
  hash: string,
  stored: { readonly seq: number; readonly hash: string },
): Promise<Committed> {
  if (stored.hash !== hash) {
    throw new ChatError('idempotency_conflict', 'client_message_id: was used for another message')
  }
  const entry = await log.entry(conversation, stored.seq)
  if (!entry) throw new Error(`log entry ${stored.seq} of ${conversation} is missing`)
  return { entry, duplicate: true }
}
