import type { Ledger } from './ledger.ts'
import { toSeenEntry } from './ledger.ts'
import type { Rows } from './rows.ts'

/** A message that a user has written on a device. */
export interface Written {
  readonly conversation: string
  readonly key: string
  readonly content: string
  /** The page was closed before the message could be stored, or its storage was broken. */
  mayBeLost: boolean
}

interface Writer {
  readonly options: { readonly user: string; readonly name: string }
  readonly written: readonly Written[]
}

/** Checks that every message that participants have written is stored once, in the order of writing. */
export function checkWritten(ledger: Ledger, { log }: Rows, writers: readonly Writer[]): void {
  const { history, sends, dismissing } = ledger
  for (const { options, written } of writers) {
    const { user, name } = options
    if (dismissing.has(user)) continue
    const lastSeqs = new Map<string, number>()
    for (const { conversation, key, content, mayBeLost } of written) {
      if (!ledger.isParticipant(user, conversation)) continue
      const entries = (log.get(conversation) ?? []).map(toSeenEntry).filter(({ sender }) => sender === user)
      const keys = [...sends.values()]
        .filter(
          (send) => send.user === user && send.conversation === conversation && send.content === content,
        )
        .map((send) => send.key)
      const stored = entries.filter((entry) => entry.key !== undefined && keys.includes(entry.key))
      const seq = stored[0]?.seq
      if (seq === undefined) {
        if (!mayBeLost) history.violate('lost', `${name} wrote ${key} to ${conversation}`, [key])
        continue
      }
      if (stored.length > 1) history.violate('stored twice', `${key} of ${name} in ${conversation}`, [key])
      if (seq < (lastSeqs.get(conversation) ?? 0))
        history.violate('out of order', `${key} of ${name} is stored before an earlier message`, [key])
      lastSeqs.set(conversation, seq)
    }
  }
}
