import type { Ledger } from './ledger.ts'

export type Frame = Readonly<Record<string, unknown>>

/** Who received a frame, and over which connection. */
export interface Receiver {
  readonly options: { readonly user: string }
  readonly ledger: Ledger
  readonly connection?: string | undefined
}

/** Checks that the user may receive a frame about a conversation. */
export function checkReach({ ledger, options, connection = '' }: Receiver, frame: Frame): void {
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
