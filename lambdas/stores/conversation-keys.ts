const SEQ_DIGITS = 12

export const MAX_SEQ = 10 ** SEQ_DIGITS - 1

export const ENTRY_PREFIX = 'LOG#'
export const PARTICIPANT_PREFIX = 'PART#'
export const LISTED_PREFIX = 'CONV#'
/** Sorts above every participant's row: `$` follows `#`. */
export const ABOVE_PARTICIPANTS = 'PART$'

const partition = (conversation: string) => `CONV#${conversation}`
const keyIn = (conversation: string, sk: string) => ({ pk: partition(conversation), sk })

/** Keys of a conversation's partition. They sort DEDUP# < LEFT# < LOG# < LOGTURN < META < PART#. */
export const conversationKeys = {
  partition,
  entry: (conversation: string, seq: number) =>
    keyIn(conversation, `${ENTRY_PREFIX}${String(seq).padStart(SEQ_DIGITS, '0')}`),
  send: (conversation: string, sender: string, clientMessageId: string) =>
    keyIn(conversation, `DEDUP#${sender}#${clientMessageId}`),
  /** Remains when a participant has left. */
  departure: (conversation: string, user: string) => keyIn(conversation, `LEFT#${user}`),
  turns: (conversation: string) => keyIn(conversation, 'LOGTURN'),
  meta: (conversation: string) => keyIn(conversation, 'META'),
  participant: (conversation: string, user: string) => keyIn(conversation, `${PARTICIPANT_PREFIX}${user}`),
  /** In the user's partition: one row for each of their conversations. */
  listed: (user: string, conversation: string) => ({
    pk: `USER#${user}`,
    sk: `${LISTED_PREFIX}${conversation}`,
  }),
}

/** The conversation of a row in its partition. */
export const conversationOf = (row: Readonly<Record<string, unknown>>) =>
  String(row['pk']).slice('CONV#'.length)
