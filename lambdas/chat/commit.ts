import { ChatError, notFound } from '../../protocol/errors.ts'
import type { ConversationHead } from '../stores/conversations.ts'
import type { Entry } from '../stores/log.ts'
import { pause } from '../stores/table.ts'
import type { Deps } from './deps.ts'
import { type Draft, draftHash, nextEntry } from './messages.ts'

/** What stands in the log, and whether it stood there before. */
export interface Committed {
  readonly entry: Entry
  readonly duplicate: boolean
}

/** How often a send may lose its place to another one before the client is asked to try again. */
const ATTEMPTS = 40

/**
 * Stores a draft exactly once, at the place after the head. Whoever loses the race for a place reads the head
 * again after a jittered pause, which grows with the losses: walking on slot by slot would collide again.
 */
export async function commit(
  deps: Pick<Deps, 'conversations' | 'log' | 'now' | 'newId'>,
  head: ConversationHead,
  draft: Draft,
): Promise<Committed> {
  const hash = draftHash(draft)
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const entry = nextEntry(head, draft, deps.now(), deps.newId())
    const result = await deps.log.append(head.id, entry, hash)
    if (result.outcome === 'stored') return { entry, duplicate: false }
    if (result.outcome === 'repeated') {
      if (result.stored.hash !== hash) {
        throw new ChatError('idempotency_conflict', 'client_message_id: was used for another message')
      }
      const stored = await deps.log.entry(head.id, result.stored.seq)
      if (!stored) throw new Error(`log entry ${result.stored.seq} of ${head.id} is missing`)
      return { entry: stored, duplicate: true }
    }
    await pause(Math.random() * Math.min(100, 5 * attempt))
    const again = await deps.conversations.head(head.id)
    if (!again?.participants.has(draft.sender)) throw notFound('conversation')
    head = again
  }
  throw new ChatError('unavailable', 'the conversation is too busy, try again', { retryAfterMs: 500 })
}
