import { replay } from './groups.ts'
import type { ViolationKind } from './history.ts'
import { type Edit, type Ledger, type SeenEntry, type Send, toSeenEntry } from './ledger.ts'
import type { Row, Rows } from './rows.ts'

/** What a client shows of a conversation: its entries in order, and the current content of each message by `seq`. */
export interface Shown {
  readonly shown: readonly SeenEntry[]
  readonly contents: ReadonlyMap<number, string>
  /** Where the log begins for the client; 1 if absent. */
  readonly firstSeq?: number
}

/** What the checker needs from a client, whether simulated or on a real socket. */
export interface CheckedClient {
  readonly options: { readonly user: string; readonly name: string; readonly sleeper?: boolean }
  /** What the client shows of each conversation. */
  readonly views: ReadonlyMap<string, Shown>
  readonly connection: string | undefined
  readonly authenticated: boolean
  /** True if the connection is open but receives nothing, because its token has expired. */
  readonly hasExpired?: boolean
  readonly outbox: { readonly isEmpty: boolean }
}

/** Compares the stored messages with what was sent, acknowledged and shown. */
export function checkMessages(ledger: Ledger, rows: Rows, clients: readonly CheckedClient[]): void {
  const { history } = ledger
  for (const [conversation, entries] of rows.log) {
    const log = entries.map(toSeenEntry).sort((a, b) => a.seq - b.seq)
    log.forEach((entry, index) => {
      if (entry.seq !== index + 1)
        history.violate('hole', `${conversation} has ${entry.seq} at position ${index + 1}`, [conversation])
    })
    const group = ledger.groups.get(conversation)
    const readers = group ? replay(group, entries).participants : ledger.conversations.get(conversation)
    for (const { sender, seq } of group ? [] : log) {
      if (!ledger.isParticipant(sender, conversation))
        history.violate('leak', `${sender} wrote ${seq} of ${conversation}`, [sender])
    }
    const times = entries.map((entry) => String((entry as Row)['created_at']))
    ledger.retention?.checkStarts(conversation, times)
    checkSends(ledger, conversation, log, times)
    for (const client of clients) {
      if (readers?.has(client.options.user)) checkView(ledger, conversation, log, client, times)
    }
  }
}

function checkSends(
  { sends, edits, history, retention }: Ledger,
  conversation: string,
  log: readonly SeenEntry[],
  times: readonly string[],
): void {
  for (const send of sends.values()) {
    if (send.conversation !== conversation) continue
    const stored = log.filter(({ sender, key }) => sender === send.user && key === send.key)
    const violate = (kind: ViolationKind, text: string) =>
      history.violate(kind, `${send.key} ${text}`, [send.key])
    // Once a message has expired, its key is free again.
    const isReused = retention?.hasExpired(
      times[Number(stored[0]?.seq) - 1],
      times[Number(stored[1]?.seq) - 1],
    )
    if (isReused) continue
    if (stored.length > 1) violate('stored twice', `of ${send.user} in ${conversation}`)
    const edit = edits.get(send)
    if (stored[0]) checkContent(history, send, edit, stored[0], log)
    const { acked } = send
    if (!acked) continue
    if (!stored[0]) violate('lost', `in ${conversation} was acknowledged as ${acked.seq}`)
    else if (stored[0].seq !== acked.seq)
      violate('changed', `was acknowledged as ${acked.seq}, but stored as ${stored[0].seq}`)
    // The answer to a retry contains the message with its current content.
    if (acked.content !== send.content && acked.content !== edit?.content)
      violate('changed', `with '${send.content}' was acknowledged with '${acked.content}'`)
  }
}

/** Checks that an edit has changed the message and added an entry, or has done neither. */
function checkContent(
  history: Ledger['history'],
  { key, content }: Send,
  edit: Edit | undefined,
  stored: SeenEntry,
  log: readonly SeenEntry[],
): void {
  const hasEntry = log.some(({ target }) => target === stored.seq)
  const isChanged = stored.content !== content
  if (edit?.acked && !(isChanged && hasEntry))
    history.violate('lost', `the edit of ${key} was acknowledged`, [key])
  if (isChanged !== hasEntry || (isChanged && stored.content !== edit?.content)) {
    const entry = hasEntry ? 'with an entry for the edit' : 'without an entry for an edit'
    history.violate('changed', `${key}: '${content}' is stored as '${stored.content}' ${entry}`, [key])
  }
}

function checkView(
  ledger: Ledger,
  conversation: string,
  log: readonly SeenEntry[],
  client: CheckedClient,
  times: readonly string[],
): void {
  const view = client.views.get(conversation)
  if (!view || client.options.sleeper) return
  const { name } = client.options
  const violate = (kind: ViolationKind, text: string, about = conversation) =>
    ledger.history.violate(kind, `${name} shows ${text}`, [about])
  // Edits are not shown as entries of their own, but as the content of the message.
  const expected = log.filter(({ seq, target }) => target === undefined && seq >= (view.firstSeq ?? 1))
  const shown = view.shown.filter(({ target }) => target === undefined)
  shown.forEach(({ seq, sender }, index) => {
    const stored = expected[index]
    if (seq !== stored?.seq) violate('out of order', `${seq} of ${conversation} at position ${index + 1}`)
    else if (stored.sender !== sender) violate('changed', `another ${seq} of ${conversation} than is stored`)
  })
  if (!client.authenticated) return
  for (const { seq } of shown) {
    if (ledger.retention?.isOld(times[seq - 1] ?? ''))
      violate('expired', `${seq} of ${conversation}, which has expired`)
  }
  for (const [seq, content] of view.contents) {
    const stored = log[seq - 1]?.content
    if (content !== stored)
      violate('changed', `${seq} of ${conversation} as '${content}', stored is '${stored}'`)
  }
  if (shown.length < expected.length)
    violate('unseen', `${shown.length} of ${expected.length} in ${conversation}`, name)
}

/** Checks that after the quiet phase, every client is connected again and has nothing left to send. */
export function checkClients({ history, dismissedAt }: Ledger, clients: readonly CheckedClient[]): void {
  for (const { options, authenticated, hasExpired, outbox } of clients) {
    if (options.sleeper) continue
    if (dismissedAt.has(options.user)) {
      if (authenticated) history.violate('leak', `${options.name} is still connected`, [options.name])
      continue
    }
    if (!authenticated) history.violate('stuck', `${options.name} did not reconnect`, [options.name])
    if (hasExpired) history.violate('stuck', `${options.name} has an expired token`, [options.name])
    if (!outbox.isEmpty) history.violate('stuck', `${options.name} has unsent messages`, [options.name])
  }
}

/**
 * Checks that rows match the live connections of the clients: there is no row without a socket, no row is missing, and
 * every expiry equals that of its connection.
 *
 * @param registered the register of the connections that the sweep checks. If it is given, it must contain every live
 *   connection, and the sweep may still have to remove rows of closed connections
 */
export function checkRows(
  { history }: Ledger,
  rows: Rows,
  clients: readonly CheckedClient[],
  registered?: ReadonlySet<string>,
): void {
  const live = new Set<string>()
  for (const { connection: id, authenticated, options } of clients) {
    if (id === undefined) continue
    live.add(id)
    // A client that sends nothing cannot notice that a false 410 removed its rows.
    if (!rows.connections.has(id) && authenticated && !options.sleeper)
      history.violate('missing row', `CONN of ${id}`, [id])
  }
  for (const id of rows.connections.keys()) {
    const swept = registered?.has(id)
    if (!live.has(id) && !swept) history.violate('ghost row', `CONN of ${id}`, [id])
    if (live.has(id) && swept === false) history.violate('missing row', `${id} is not registered`, [id])
  }
  const expected = new Set<string>()
  const expiryOf = new Map<string, number>()
  for (const [id, row] of rows.connections) {
    if (row['user'] === undefined) continue
    expiryOf.set(id, Number(row['token_expires_at']))
    expected.add(`${row['user']} ${id}`)
    for (const conversation of (row['joined'] as Set<string> | undefined) ?? []) {
      expected.add(`${conversation} ${row['user']} ${id}`)
    }
  }
  for (const [key, expiry] of [...rows.userConnections, ...rows.subscriptions]) {
    const id = key.split(' ').at(-1) ?? ''
    if (!expected.delete(key))
      history.violate('ghost row', `${key} is not listed in its connection's row`, [id])
    else if (expiryOf.get(id) !== expiry)
      history.violate('stale expiry', `${key} has another expiry than its connection`, [id])
  }
  for (const key of expected) {
    const id = key.split(' ').at(-1) ?? ''
    // An interrupted cleanup has removed some rows. The next sweep finishes the cleanup, and until then, no rows are
    // added. A connection that has closed needs no rows, and its user may have left the conversation meanwhile.
    if (live.has(id) && !rows.connections.get(id)?.['closing']) history.violate('missing row', key, [id])
  }
}

/** Checks that no connection is registered once all have ended and been swept. */
export function checkRegister({ history }: Ledger, registered: ReadonlySet<string>): void {
  for (const id of registered) history.violate('ghost row', `${id} is still registered`, [id])
}

/**
 * Checks that exactly the users with a connected device are online.
 *
 * @param unknown users whose presence task was lost by the queue
 */
export function checkPresence(
  { history }: Ledger,
  online: ReadonlyMap<string, boolean>,
  clients: readonly CheckedClient[],
  unknown: ReadonlySet<string>,
): void {
  const connected = new Set(
    clients
      .filter(({ authenticated, options }) => authenticated && !options.sleeper)
      .map(({ options }) => options.user),
  )
  for (const [user, isOnline] of online) {
    if (isOnline === connected.has(user) || unknown.has(user)) continue
    history.violate('wrong presence', `${user} is ${isOnline ? 'online' : 'offline'} in the row`, [user])
  }
}
