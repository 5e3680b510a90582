import type { Participant } from '../../../lambdas/model.ts'
import type { OperatorDeps } from '../../target.ts'

/** What the rows say about a message; never its text. */
export interface StoredMessage {
  readonly conversation: string
  readonly seq: number
  readonly sender: string
  readonly createdAt: string
  readonly editedAt?: string
  readonly deletedAt?: string
  /** The other participants at present. */
  readonly recipients: readonly Recipient[]
}

export interface Recipient {
  readonly user: string
  /** Whether the read cursor has reached the message. */
  readonly hasRead: boolean
  /** How many connections have joined the conversation at present. */
  readonly joined: number
}

/** The message at a place in a log; undefined if there is no message, or one with another id. */
export async function storedMessage(
  { log, conversations }: Pick<OperatorDeps, 'log' | 'conversations'>,
  id: string,
  conversation: string,
  seq: number,
): Promise<StoredMessage | undefined> {
  const [entry, participants] = await Promise.all([
    log.entry(conversation, seq),
    conversations.participants(conversation),
  ])
  if (entry?.kind !== 'message' || entry.id !== id) return undefined
  const { sender, createdAt, editedAt, deletedAt } = entry
  return {
    conversation,
    seq,
    sender,
    createdAt,
    ...(editedAt === undefined ? {} : { editedAt }),
    ...(deletedAt === undefined ? {} : { deletedAt }),
    recipients: [...participants.values()]
      .filter(({ user }) => user !== sender)
      .map((other) => toRecipient(other, seq)),
  }
}

const toRecipient = ({ user, readSeq, joined }: Participant, seq: number): Recipient => ({
  user,
  hasRead: readSeq >= seq,
  joined: joined.size,
})
