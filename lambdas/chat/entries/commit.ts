import { ChatError, notFound } from '../../../protocol/errors.ts'
import { concurrently, pause } from '../../async.ts'
import { type ConversationHead, type Entry, hourOf, type MessageEntry, type StoredSend } from '../../model.ts'
import type { Deps } from '../deps.ts'
import { type Draft, draftHash, toNewEntry } from './message.ts'
import { type NewEntry, nextEntry, type PlacedEntry } from './next-entry.ts'

type Needs = Pick<Deps, 'conversations' | 'log' | 'rates' | 'now' | 'newId'>

/** A stored message. */
export interface Committed {
  readonly entry: MessageEntry
  /** True if an earlier send already stored it. */
  readonly duplicate: boolean
  /**
   * The conversation at the moment the entry claimed its slot; participants may have changed while it waited.
   */
  readonly head: ConversationHead
}

/** How long a send competes for a slot before the client has to try again: half of the function's timeout. */
const CLAIM_TIMEOUT_MS = 5000
/** About what one turn takes: a read and a write. */
const TURN_MS = 10
/** If no turn is served for this long, its holder has crashed. */
const TURN_TIMEOUT_MS = 250
const LIST_CONCURRENCY = 25

/** Stores a draft exactly once, in the slot after the head. */
export async function commit(deps: Needs, head: ConversationHead, draft: Draft): Promise<Committed> {
  const hash = draftHash(draft)
  try {
    const done = await claim(deps, head, toNewEntry(draft), async (entry, { participants }) => {
      if (!participants.has(draft.sender)) throw notFound('conversation')
      return await deps.log.append(head.id, entry, hash)
    })
    return 'entry' in done ? { ...done, duplicate: false } : await repeated(deps, head, hash, done)
  } catch (error) {
    const { sender, clientMessageId } = draft
    if (clientMessageId === undefined || !isRateLimited(error)) throw error
    // A repeated send stores nothing, so its rate does not matter.
    const stored = await deps.log.sent(head.id, sender, clientMessageId)
    if (!stored) throw error
    return await repeated(deps, head, hash, stored)
  }
}

const isRateLimited = (error: unknown) => error instanceof ChatError && error.code === 'rate_limited'

/**
 * Writes an entry after the head, trying again until it gets a slot. A single writer succeeds at once.
 * Competing writers take numbered turns, because plain retries would keep spoiling each other's attempts
 * (docs/decisions/0001). Turns are advisory: only the slot decides what is stored, so no writer depends on
 * one that has crashed.
 *
 * @param write resolves with `taken` if another entry has the slot, or with the reason not to store
 *   anything
 * @returns the entry and the head that it follows, or that reason
 */
export async function claim<E extends NewEntry, Reason>(
  deps: Needs,
  head: ConversationHead,
  newEntry: E,
  write: (entry: PlacedEntry<E>, head: ConversationHead) => Promise<'stored' | 'taken' | Reason>,
): Promise<{ readonly entry: PlacedEntry<E>; readonly head: ConversationHead } | Reason> {
  const deadline = deps.now() + CLAIM_TIMEOUT_MS
  let turn: number | undefined
  while (deps.now() < deadline) {
    if (turn === undefined && pendingTurns(head) > 0) turn = await deps.log.takeTurn(head.id)
    if (turn !== undefined) head = await waitForTurn(deps, head, turn)
    const stamp = { now: deps.now(), random: deps.newId(), turn, rate: deps.rates.messages }
    const entry = nextEntry(head, newEntry, stamp)
    await listAsActive(deps, head, entry)
    const outcome = await write(entry, head)
    if (outcome === 'stored') return { entry, head }
    if (outcome !== 'taken') return outcome
    turn ??= await deps.log.takeTurn(head.id)
    head = await reread(deps, head)
  }
  throw new ChatError('unavailable', 'the conversation is too busy, try again', { retryAfterMs: 500 })
}

/**
 * Records the hour of the entry in the participants' lists before the first entry of each hour. The recorded
 * hour is therefore never earlier than that of the last activity, which tells a list how far it must read.
 */
async function listAsActive({ conversations }: Needs, head: ConversationHead, entry: Entry): Promise<void> {
  const hour = hourOf(entry.createdAt)
  if (hour !== hourOf(head.last?.createdAt ?? head.createdAt)) {
    await concurrently([...head.participants.keys()], LIST_CONCURRENCY, (user) =>
      conversations.listAsActive(user, head.id, hour),
    )
  }
}

/** The number of turns taken but not yet served. */
export const pendingTurns = ({ last, turnsIssued }: ConversationHead) => turnsIssued - (last?.turn ?? 0)

/**
 * Resolves with the current head once all earlier turns are served, or once none has been served for a while.
 */
async function waitForTurn(deps: Needs, head: ConversationHead, turn: number): Promise<ConversationHead> {
  let servedAt = deps.now()
  for (;;) {
    const served = head.last?.turn ?? 0
    const turnsAhead = turn - served - 1
    if (turnsAhead <= 0 || deps.now() - servedAt > TURN_TIMEOUT_MS) return head
    // Not a measured pace: it would include our own pauses, and every writer would pause longer and longer.
    await pause(Math.min(turnsAhead * TURN_MS, TURN_TIMEOUT_MS))
    head = await reread(deps, head)
    if ((head.last?.turn ?? 0) > served) servedAt = deps.now()
  }
}

/** The conversation with the current end of its log. Reads the participants again only if they have changed. */
async function reread({ conversations }: Needs, head: ConversationHead): Promise<ConversationHead> {
  const tail = await conversations.tail(head.id)
  if (tail.last?.changeSeq !== head.last?.changeSeq) return (await conversations.head(head.id)) ?? head
  return { ...head, ...tail }
}

async function repeated(
  { log }: Needs,
  head: ConversationHead,
  hash: string,
  stored: StoredSend,
): Promise<Committed> {
  if (stored.hash !== hash) {
    throw new ChatError('idempotency_conflict', 'client_message_id: was used for another message')
  }
  const entry = await log.entry(head.id, stored.seq)
  if (entry?.kind !== 'message') throw new Error(`log entry ${stored.seq} of ${head.id} is missing`)
  return { entry, duplicate: true, head }
}
