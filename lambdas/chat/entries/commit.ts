import { ChatError, notFound } from '../../../protocol/errors.ts'
import { noteAttempts } from '../../log/record.ts'
import type { ConversationHead, MessageEntry, StoredSend } from '../../model.ts'
import type { Deps } from '../deps.ts'
import { listAsActive } from './activity.ts'
import { type Draft, draftHash, toNewEntry } from './message.ts'
import { type CountDeps, checkMessageRate, countMessage } from './message-rate.ts'
import { isChangeOfMembers, type NewEntry, nextEntry, type PlacedEntry } from './next-entry.ts'
import { firstSeqOf, isExpired, withCurrentStart } from './retention.ts'
import { patienceOf, pendingTurns, reread, servedTurns, takeTurn, tooBusy, waitForTurn } from './turns.ts'

type Needs = CountDeps & Pick<Deps, 'conversations' | 'log' | 'newId' | 'retentionMs'>

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

/** Stores a draft exactly once, in the slot after the head. */
export async function commit(deps: Needs, head: ConversationHead, draft: Draft): Promise<Committed> {
  const newEntry = toNewEntry(draft, deps.newId())
  const hash = draftHash(draft, newEntry.hashKey)
  try {
    const done = await claim(deps, head, newEntry, async (entry, current) => {
      if (!current.participants.has(draft.sender)) throw notFound('conversation')
      return await deps.log.append(head.id, entry, hash, firstSeqOf(current))
    })
    return 'entry' in done ? { ...done, duplicate: false } : await repeated(deps, head, draft, done)
  } catch (error) {
    const { sender, clientMessageId } = draft
    if (clientMessageId === undefined || !isRefusal(error)) throw error
    // A repeated send stores nothing, so neither the rate nor other writers are a reason to refuse it.
    const stored = await deps.log.sent(head.id, sender, clientMessageId)
    if (!stored || stored.seq < firstSeqOf(head)) throw error
    return await repeated(deps, head, draft, stored)
  }
}

/** Whether the client may send again later: the rate is exceeded, or too many others are writing. */
const isRefusal = (error: unknown) => error instanceof ChatError && error.retryAfterMs !== undefined

/**
 * Writes an entry after the head, trying again until it gets a slot. A single writer succeeds at once. Competing
 * writers take numbered turns, because plain retries would keep spoiling each other's attempts (docs/decisions/0001).
 * Turns are advisory: only the slot decides what is stored, so no writer depends on one that has crashed. Throws
 * `unavailable` if getting a slot would take too long. If too many writers are waiting, it throws at once, because a
 * writer that gave up its turn later would delay the writers after it.
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
  const sender = isChangeOfMembers(newEntry.kind) ? undefined : newEntry.sender
  if (sender !== undefined) checkMessageRate(deps, sender)
  const patience = patienceOf(newEntry)
  const deadline = deps.now() + patience.waitMs
  let turn: number | undefined
  for (let attempts = 1; ; attempts++) {
    if (turn === undefined && pendingTurns(head, deps.now()) > 0) turn = await takeTurn(deps, head, newEntry)
    if (turn !== undefined) head = await waitForTurn(deps, head, turn, deadline)
    const now = deps.now()
    const served = Math.max(turn ?? 0, servedTurns(head, now))
    const stamp = { now, random: deps.newId(), turn: served, rate: deps.rates.messages }
    const entry = nextEntry(head, newEntry, stamp)
    await listAsActive(deps, head, entry)
    const outcome = await write(entry, head)
    if (outcome === 'stored') {
      noteAttempts(attempts)
      if (sender !== undefined) await countMessage(deps, sender)
      return { entry, head }
    }
    if (outcome !== 'taken') return outcome
    if (deps.now() >= deadline) throw tooBusy(patience)
    turn ??= await takeTurn(deps, head, newEntry)
    head = await reread(deps, head)
  }
}

/**
 * The message of an earlier send. If it was edited or deleted, there is no hash left to compare the draft with. If it
 * has expired, its key is free again.
 */
async function repeated(
  deps: Needs,
  head: ConversationHead,
  draft: Draft,
  { seq, hash }: StoredSend,
): Promise<Committed> {
  const entry = await deps.log.entry(head.id, seq)
  if (!entry || isExpired(deps, entry)) {
    const read = await deps.conversations.head(head.id)
    const current = read && (await withCurrentStart(deps, read))
    if (current && seq < firstSeqOf(current)) return await commit(deps, current, draft)
  }
  if (entry?.kind !== 'message') throw new Error(`log entry ${seq} of ${head.id} is missing`)
  const hasFirstWords = entry.editedAt === undefined && entry.deletedAt === undefined
  if (hasFirstWords && hash !== undefined && hash !== draftHash(draft, entry.hashKey)) {
    throw new ChatError('idempotency_conflict', 'client_message_id: was used for another message')
  }
  return { entry, duplicate: true, head }
}
