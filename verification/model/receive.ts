import { type Ledger, toSeenEntry } from './ledger.ts'
import type { View } from './view.ts'

export type Frame = Readonly<Record<string, unknown>>

/** The part of a client that the checks on its frames need. */
export interface Receiver {
  readonly options: { readonly user: string; readonly name: string }
  readonly ledger: Ledger
  readonly views: ReadonlyMap<string, View>
  readonly connection: string | undefined
}

/** Adds an entry to the client's view, however it arrived. */
export function take({ views }: Receiver, conversation: string, entry: unknown): void {
  views.get(conversation)?.take(toSeenEntry(entry))
}

/** Checks that the user may receive a frame about a conversation. */
export function checkReach(
  { ledger, options, connection = '' }: Omit<Receiver, 'views'>,
  frame: Frame,
): void {
  const { user } = options
  const { type, conversation_id, seq, last_seq, message } = frame
  const conversation = String(conversation_id)
  if (ledger.groups.get(conversation)?.candidates.has(user)) {
    const named = Number(last_seq ?? seq ?? (message as Frame | undefined)?.['seq'] ?? 0)
    ledger.heard(user, conversation, named)
    return
  }
  // The clients do not follow the groups that they create.
  const isFollowed = ledger.conversations.has(conversation) || ledger.groups.has(conversation)
  if (!isFollowed || ledger.isParticipant(user, conversation)) return
  const text = `${type} of ${conversation} reached ${user}, a non-participant`
  ledger.history.violate('leak', text, [connection])
}

/**
 * Adds the page that answers a join, and checks that the last page reaches `last_seq`.
 *
 * @returns true if more pages follow
 */
export function takePage(client: Receiver, conversation: string, frame: Frame): boolean {
  const { ledger, options, views } = client
  checkReach(client, frame)
  for (const message of (frame['messages'] ?? []) as readonly unknown[]) take(client, conversation, message)
  if (frame['has_more'] === true) return true
  const { last_seq: lastSeq } = frame
  const held = views.get(conversation)?.held ?? 0
  if (held < Number(lastSeq)) {
    const text = `${options.name} got has_more false with last_seq ${lastSeq} in ${conversation}, holds ${held}`
    ledger.history.note(text)
    ledger.history.violate('wrong answer', `has_more is false before last_seq in ${conversation}`, [
      conversation,
    ])
  }
  return false
}

/** Adds a pushed message, and checks that it did not come back on the only connection it was sent over. */
export function takePush(client: Receiver, conversation: string, frame: Frame): void {
  const { ledger, options, connection = '' } = client
  checkReach(client, frame)
  const { seq, key } = toSeenEntry(frame['message'])
  ledger.history.note(`${options.name} receives ${seq} of ${conversation} on ${connection}`)
  const own = ledger.sends.get(`${conversation} ${options.user} ${key}`)
  if (own?.via.size === 1 && own.via.has(connection)) {
    const text = `${connection} received ${key}, which was sent over it alone`
    ledger.history.violate('echo', text, [connection])
  }
  take(client, conversation, frame['message'])
}

/**
 * Returns the conversations that have newer entries according to a pong.
 *
 * @param isMissed returns whether to include a conversation that the server no longer lists as joined
 */
export function behind({ views }: Receiver, { heads }: Frame, isMissed: (id: string) => boolean) {
  return [...views].flatMap(([id, { held }]) => {
    const head = (heads as Readonly<Record<string, number>>)[id]
    return (head === undefined ? isMissed(id) : head > held) ? [id] : []
  })
}
