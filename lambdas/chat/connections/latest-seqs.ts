import { encodeFrame } from '../../../protocol/encode.ts'
import { concurrently } from '../../async.ts'
import type { FrameSource } from '../../model.ts'
import type { MessageDeps } from '../deps.ts'
import { firstSeqOf, isRetentionOn, isStartDue, withCurrentStart } from '../entries/retention.ts'
import { charge, sessionOf } from './session.ts'

const READ_CONCURRENCY = 25
/** A ping costs one frame, and one more frame per this many joined conversations. */
const CONVERSATIONS_PER_FRAME = 10
/**
 * For how long a known `seq` is trusted. Unless the retention is shorter, an entry that followed it still exists for at
 * least this long.
 */
const MAX_KNOWN_MS = 3_600_000

/** A `seq` by conversation. */
type Seqs = Readonly<Record<string, number>>

/**
 * The latest `seq` of every conversation that the connection has joined. Without this answer, a client that missed the
 * last message of a quiet conversation would not notice, because no later `seq` reveals the gap. Conversations in which
 * the user no longer participates are removed from the connection, which then receives `conversation_removed`. If old
 * messages are removed, this also returns the first visible `seq` of each.
 */
export async function latestSeqs(
  deps: MessageDeps,
  source: FrameSource,
): Promise<{ readonly heads: Seqs; readonly first_seq?: Seqs }> {
  const { user, joined } = await sessionOf(deps, source)
  await charge(deps, source, Math.floor(joined.size / CONVERSATIONS_PER_FRAME))
  const seqs = await readSeqs(deps, [...joined])
  // Read after the `seq`s, so that a user who had already left when an entry was written does not see its `seq`.
  const own = await deps.conversations.participatingIn(user, joined)
  const ended = [...joined].filter((conversation) => !own.has(conversation))
  await concurrently(ended, READ_CONCURRENCY, (id) => removeFrom(deps, source.connection, user, id))
  const heads = Object.fromEntries([...seqs].filter(([conversation]) => own.has(conversation)))
  return isRetentionOn(deps) ? { heads, first_seq: await firstSeqs(deps, heads) } : { heads }
}

/** The first visible `seq` of each conversation. One batch reads a hundred starts, which rarely have to be moved. */
async function firstSeqs(deps: MessageDeps, heads: Seqs): Promise<Seqs> {
  const starts = await deps.conversations.starts(Object.keys(heads))
  const first = new Map<string, number>()
  await concurrently([...starts], READ_CONCURRENCY, async ([id, { start, createdAt }]) => {
    const seq = firstSeqOf(start ? { start } : {})
    first.set(id, seq)
    if (seq > (heads[id] ?? 0) || !isStartDue(deps, start ?? { since: createdAt })) return
    const head = await deps.conversations.head(id)
    if (head) first.set(id, firstSeqOf(await withCurrentStart(deps, head)))
  })
  return Object.fromEntries(first)
}

/**
 * The latest `seq` of each conversation. A log has no gaps, so the newest entry that this container has seen is still
 * the latest if the next `seq` does not exist. One batch checks this for a hundred conversations; only the logs that
 * have grown are queried.
 */
async function readSeqs(
  { log, conversations, memory, now, retentionMs }: MessageDeps,
  ids: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const readAt = now()
  const maxKnownMs = Math.min(MAX_KNOWN_MS, retentionMs)
  const known = new Map<string, number>()
  for (const id of ids) {
    const last = memory.seqs.get(id)
    if (last && last.readAt + maxKnownMs > readAt) known.set(id, last.seq)
  }
  for (const id of await log.whichContinue(known)) known.delete(id)
  const others = ids.filter((id) => !known.has(id))
  await concurrently(others, READ_CONCURRENCY, async (id) => {
    known.set(id, (await conversations.tail(id)).last?.seq ?? 0)
  })
  for (const [id, seq] of known) memory.seqs.set(id, { seq, readAt })
  return known
}

/** Posts the push before it removes the conversation, so that after a crash the next ping repeats both steps. */
async function removeFrom(deps: MessageDeps, connection: string, user: string, id: string): Promise<void> {
  await deps.poster.post(connection, encodeFrame({ type: 'conversation_removed', conversation_id: id }))
  await deps.subscriptions.removeConversation(id, user, [connection])
}
