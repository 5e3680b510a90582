import { ChatError } from '../../../protocol/errors.ts'
import { pause } from '../../async.ts'
import type { ConversationHead } from '../../model.ts'
import type { Deps } from '../deps.ts'
import { checkRate, type NewEntry } from './next-entry.ts'

type Needs = Pick<Deps, 'conversations' | 'log' | 'rates' | 'now'>

/** How long a writer may wait for its slot, and how many may wait at once. */
interface Patience {
  readonly waitMs: number
  readonly waiting: number
}

/**
 * For messages and changes to them: clients send them again automatically, so no invocation has to wait for long. About
 * as many writers may wait as are served in `waitMs`.
 */
const WRITE_PATIENCE: Patience = { waitMs: 500, waiting: 16 }
/** For changes of participants and owners: they are rare, and a front end may not try again automatically. */
const MEMBERSHIP_PATIENCE: Patience = { waitMs: 2000, waiting: 100 }
/** The approximate duration of one turn: a read and a write. */
const TURN_MS = 10
/** If no turn is served for this long, the holder of the next one has crashed. */
const TURN_TIMEOUT_MS = 250
/** If nothing has been written for this long, the writers of all open turns have given up or soon will. */
const TURNS_EXPIRE_MS = 1000

export function patienceOf({ kind }: NewEntry): Patience {
  return kind === 'message' || kind === 'message_updated' ? WRITE_PATIENCE : MEMBERSHIP_PATIENCE
}

/** The pause is random, so that writers that were refused together do not return together. */
export const tooBusy = ({ waitMs }: Patience) =>
  new ChatError('unavailable', 'the conversation is too busy, try again', {
    retryAfterMs: Math.ceil(waitMs * (1 + Math.random())),
  })

/**
 * Takes the next turn, unless enough writers are already waiting. Checks the rate first: if a writer took a turn and
 * gave it up, the writers after it would have to wait for the timeout.
 */
export async function takeTurn(deps: Needs, head: ConversationHead, newEntry: NewEntry): Promise<number> {
  const patience = patienceOf(newEntry)
  checkRate(head, newEntry, deps.now(), deps.rates.messages)
  const lastAllowed = servedTurns(head, deps.now()) + patience.waiting
  const turn = head.turnsIssued < lastAllowed ? await deps.log.takeTurn(head.id, lastAllowed) : undefined
  if (turn === undefined) throw tooBusy(patience)
  return turn
}

/** The number of turns taken but not yet served. */
export const pendingTurns = (head: ConversationHead, now: number) => head.turnsIssued - servedTurns(head, now)

/** The highest turn that is served or will never be served. */
export function servedTurns({ createdAt, last, turnsIssued }: ConversationHead, now: number): number {
  const isIdle = now - Date.parse(last?.createdAt ?? createdAt) > TURNS_EXPIRE_MS
  return isIdle ? turnsIssued : (last?.turn ?? 0)
}

/**
 * Resolves with the current head once all earlier turns are served, or once none has been served for a while. At the
 * deadline it resolves too, for a last attempt.
 */
export async function waitForTurn(
  deps: Needs,
  head: ConversationHead,
  turn: number,
  deadline: number,
): Promise<ConversationHead> {
  let servedAt = deps.now()
  for (;;) {
    const served = head.last?.turn ?? 0
    const turnsAhead = turn - served - 1
    const now = deps.now()
    if (turnsAhead <= 0 || now - servedAt > TURN_TIMEOUT_MS || now >= deadline) return head
    // `TURN_MS` is a constant: a measured pace would include these pauses, which would become longer and longer.
    await pause(Math.min(turnsAhead * TURN_MS, TURN_TIMEOUT_MS, deadline - now))
    head = await reread(deps, head)
    if ((head.last?.turn ?? 0) > served) servedAt = deps.now()
  }
}

/** The conversation with the current end of its log. Reads the participants again only if they have changed. */
export async function reread(
  { conversations }: Pick<Needs, 'conversations'>,
  head: ConversationHead,
): Promise<ConversationHead> {
  const tail = await conversations.tail(head.id)
  if (tail.last?.changeSeq !== head.last?.changeSeq) return (await conversations.head(head.id)) ?? head
  return { ...head, ...tail }
}
