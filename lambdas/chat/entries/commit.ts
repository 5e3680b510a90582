import { ChatError, notFound } from '../../../protocol/errors.ts'
import { concurrently } from '../../delivery/fan-out.ts'
import { type ConversationHead, hourOf } from '../../stores/conversations.ts'
import type { Entry, MessageEntry } from '../../stores/log.ts'
import { pause } from '../../stores/table.ts'
import type { Deps } from '../deps.ts'
import { type Draft, draftHash, toNewEntry } from './message.ts'
import { nextEntry, type PlacedEntry, type NewEntry } from './next-entry.ts'

type Needs = Pick<Deps, 'conversations' | 'log' | 'rates' | 'now' | 'newId'>

/** What stands in the log, and whether it stood there before. */
export interface Committed {
  readonly entry: MessageEntry
  readonly duplicate: boolean
  /** The conversation as it was when the entry took its place: others may have come or gone while it waited. */
  readonly head: ConversationHead
}

/** How long a send may compete before the client is asked to try again; the function has ten seconds in all. */
const COMPETE_FOR = 5000
/** Milliseconds that one turn takes, about: a read and a write. */
const TURN_TAKES = 10
/** A turn that was not served for so long belongs to somebody who died. */
const PATIENCE = 250

/** Stores a draft exactly once, at the place after the head. */
export async function commit(deps: Needs, head: ConversationHead, draft: Draft): Promise<Committed> {
  const hash = draftHash(draft)
  try {
    return await claim(deps, head, toNewEntry(draft), async (entry, current) => {
      if (!current.participants.has(draft.sender)) throw notFound('conversation')
      const result = await deps.log.append(current.id, entry, hash)
      if (result.outcome === 'stored') return { entry, duplicate: false, head: current }
      if (result.outcome === 'repeated') return await repeated(deps, current, hash, result.stored)
      return 'taken'
    })
  } catch (error) {
    const { sender, clientMessageId } = draft
    if (clientMessageId === undefined || !isRefusedForItsPace(error)) throw error
    // What is only repeated stores nothing, however fast.
    const stored = await deps.log.sent(head.id, sender, clientMessageId)
    if (!stored) throw error
    return await repeated(deps, head, hash, stored)
  }
}

const isRefusedForItsPace = (error: unknown) => error instanceof ChatError && error.code === 'rate_limited'

/**
 * Tries to write the entry after the head until one attempt gets its place. One writer alone succeeds at the first.
 * Where writers meet, each draws a turn and waits for those before it, because competitors who only retried
 * would spoil each other's attempts (docs/decisions/0001). A turn is advice: the slot decides, so that nobody
 * depends on a holder who died.
 *
 * @param write resolves with `taken` when another entry has the place
 */
export async function claim<S extends NewEntry, T>(
  deps: Needs,
  head: ConversationHead,
  said: S,
  write: (entry: PlacedEntry<S>, head: ConversationHead) => Promise<T | 'taken'>,
): Promise<T> {
  const until = deps.now() + COMPETE_FOR
  let turn: number | undefined
  while (deps.now() < until) {
    if (turn === undefined && queued(head) > 0) turn = await deps.log.takeTurn(head.id)
    if (turn !== undefined) head = await waitForTurn(deps, head, turn)
    const stamp = { now: deps.now(), random: deps.newId(), turn, rate: deps.rates.messages }
    const entry = nextEntry(head, said, stamp)
    await listAsActive(deps, head, entry)
    const result = await write(entry, head)
    if (result !== 'taken') return result
    turn ??= await deps.log.takeTurn(head.id)
    head = await onwards(deps, head)
  }
  throw new ChatError('unavailable', 'the conversation is too busy, try again', { retryAfterMs: 500 })
}

/**
 * The lists of the participants know the hour of a conversation's last activity, or a later one: it is written before
 * the first entry of an hour, so that a list never reads further than it must.
 */
async function listAsActive({ conversations }: Needs, head: ConversationHead, entry: Entry): Promise<void> {
  const hour = hourOf(entry.createdAt)
  if (hour !== hourOf(head.last?.createdAt ?? head.createdAt)) {
    await concurrently([...head.participants.keys()], 25, (user) =>
      conversations.listAsActive(user, head.id, hour),
    )
  }
}

/** Turns that were drawn and not served yet. */
export const queued = ({ last, turnsIssued }: ConversationHead) => turnsIssued - (last?.turn ?? 0)

/** Resolves with the head when nobody is before us, or nobody before us shows a sign of life. */
async function waitForTurn(
  deps: Pick<Needs, 'conversations' | 'now'>,
  head: ConversationHead,
  turn: number,
): Promise<ConversationHead> {
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

/**
 * The same conversation with the log as it is now. Its participants are read again only after one came or went: who
 * may write was read with the call.
 */
async function onwards(
  { conversations }: Pick<Needs, 'conversations'>,
  head: ConversationHead,
): Promise<ConversationHead> {
  const tail = await conversations.tail(head.id)
  const { last, turnsIssued } = tail
  if (last?.changeSeq !== head.last?.changeSeq) return (await conversations.head(head.id)) ?? head
  return { ...head, turnsIssued, ...(last ? { last } : {}) }
}

async function repeated(
  { log }: Needs,
  head: ConversationHead,
  hash: string,
  stored: { readonly seq: number; readonly hash: string },
): Promise<Committed> {
  if (stored.hash !== hash) {
    throw new ChatError('idempotency_conflict', 'client_message_id: was used for another message')
  }
  const entry = await log.entry(head.id, stored.seq)
  if (entry?.kind !== 'message') throw new Error(`log entry ${stored.seq} of ${head.id} is missing`)
  return { entry, duplicate: true, head }
}
