import type { CheckedClient } from './checker.ts'
import { replay } from './groups.ts'
import type { Ledger } from './ledger.ts'
import type { Row, Rows } from './rows.ts'

/** A conversation in the list that a client shows. */
interface Listed {
  readonly id: string
  readonly updated_at: string
  readonly last_seq: number
  readonly last_message: { readonly seq: number; readonly content: string } | null
}

interface ListingClient extends CheckedClient {
  /** In the order in which they are shown. */
  readonly list: readonly Listed[]
}

/**
 * Checks that every list has the newest conversation first, and that its items for the open conversations agree with
 * the logs. Pushes about other conversations are not repeated. If a push is lost, the item is wrong until the next
 * push, or until the client connects again.
 */
export function checkClientLists(ledger: Ledger, { log }: Rows, clients: readonly ListingClient[]): void {
  const { history, groups, conversations, retention } = ledger
  for (const { options, authenticated, views, list } of clients) {
    const { user, name, sleeper } = options
    if (!authenticated || sleeper) continue
    const violate = (text: string) => history.violate('wrong list', `${name} lists ${text}`, [name])
    list.forEach(({ id, updated_at }, index) => {
      const above = list[index - 1]
      if (above && above.updated_at < updated_at) violate(`${above.id} above ${id}, which is newer`)
    })
    for (const [id, entries] of log) {
      const group = groups.get(id)
      const participants = group ? replay(group, entries).participants : conversations.get(id)
      if (!views.has(id) || !participants?.has(user)) continue
      const shown = summaryOf(list.find((item) => item.id === id))
      const stored = storedSummary(entries as readonly Row[])
      const { seq = 0 } = lastMessageOf(entries as readonly Row[]) ?? {}
      // Clients only notice after a while that the message has expired.
      const createdAt = (entries[seq - 1] as Row | undefined)?.['created_at']
      if (retention?.hasExpiredNow(String(createdAt))) continue
      if (shown !== stored) violate(`${id} with ${shown}, stored is ${stored}`)
    }
  }
}

const summaryOf = (item: Pick<Listed, 'last_seq' | 'last_message'> | undefined) =>
  item ? `${item.last_seq} entries, ${item.last_message?.seq}: '${item.last_message?.content}'` : 'nothing'

/** A deleted message is not the last message; its content is empty. */
function storedSummary(entries: readonly Row[]): string {
  return summaryOf({ last_seq: entries.length, last_message: lastMessageOf(entries) })
}

function lastMessageOf(entries: readonly Row[]): Listed['last_message'] {
  const messages = entries.filter(({ kind = 'message', content }) => kind === 'message' && content !== '')
  return messages
    .map(({ seq, content }) => ({ seq: Number(seq), content: String(content) }))
    .reduce<Listed['last_message']>((last, next) => (last && last.seq > next.seq ? last : next), null)
}
