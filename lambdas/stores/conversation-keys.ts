const SEQ_DIGITS = 12

export const MAX_SEQ = 10 ** SEQ_DIGITS - 1

export const ENTRY_PREFIX = 'LOG#'
export const PARTICIPANT_PREFIX = 'PART#'
/** Sorts above every participant's row: `$` follows `#`. */
export const ABOVE_PARTICIPANTS = 'PART$'

/** Keys of a conversation's partition. They sort DEDUP# < LOG# < LOGTURN < META < PART#. */
export const conversationKeys = {
  partition: (conversation: string) => `CONV#${conversation}`,
  entry: (conversation: string, seq: number) => ({
    pk: `CONV#${conversation}`,
    sk: `${ENTRY_PREFIX}${String(seq).padStart(SEQ_DIGITS, '0')}`,
  }),
  send: (conversation: string, sender: string, clientMessageId: string) => ({
    pk: `CONV#${conversation}`,
    sk: `DEDUP#${sender}#${clientMessageId}`,
  }),
  turns: (conversation: string) => ({ pk: `CONV#${conversation}`, sk: 'LOGTURN' }),
  meta: (conversation: string) => ({ pk: `CONV#${conversation}`, sk: 'META' }),
  participant: (conversation: string, user: string) => ({
    pk: `CONV#${conversation}`,
    sk: `${PARTICIPANT_PREFIX}${user}`,
  }),
  /** In the user's partition: one row for each of their conversations. */
  listed: (user: string, conversation: string) => ({ pk: `USER#${user}`, sk: `CONV#${conversation}` }),
}
