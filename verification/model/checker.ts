import { type Edit, type Record, type Seen, type Send, toSeen } from './record.ts'

/** What the checker asks of a client, a simulated one or one on a real socket. */
export interface Witness {
  readonly options: { readonly user: string; readonly name: string; readonly sleeper?: boolean }
  readonly views: ReadonlyMap<
    string,
    { readonly shown: readonly Seen[]; readonly words: ReadonlyMap<number, string> }
  >
  readonly authenticated: boolean
  readonly outbox: { readonly isEmpty: boolean }
}

/** The rows as they stand, read past the product's code. */
export interface Rows {
  readonly log: ReadonlyMap<string, readonly unknown[]>
  /** Connection id to its row. */
  readonly connections: ReadonlyMap<string, { readonly [name: string]: unknown }>
  /** `user connection` to when its token expires. */
  readonly channels: ReadonlyMap<string, number>
  /** `conversation user connection` to when its token expires. */
  readonly joined: ReadonlyMap<string, number>
}

/** What was stored, against what was sent, acknowledged and shown. */
export function checkMessages(record: Record, rows: Rows, clients: readonly Witness[]): void {
  const { history } = record
  for (const [conversation, entries] of rows.log) {
    const log = entries.map(toSeen).sort((a, b) => a.seq - b.seq)
    log.forEach((message, at) => {
      if (message.seq !== at + 1)
        history.violate('hole', `${conversation} has ${message.seq} at place ${at + 1}`, [conversation])
    })
    const participants = record.conversations.get(conversation)
    for (const { sender, seq } of log) {
      if (!participants?.has(sender))
        history.violate('leak', `${sender} wrote ${seq} of ${conversation}`, [sender])
    }
    checkSends(record, conversation, log)
    for (const client of clients) checkView(record, conversation, log, client)
  }
}

function checkSends({ sends, edits, history }: Record, conversation: string, log: readonly Seen[]): void {
  for (const send of sends.values()) {
    if (send.conversation !== conversation) continue
    const stored = log.filter(({ sender, key }) => sender === send.user && key === send.key)
    const about = [send.key]
    if (stored.length > 1)
      history.violate('stored twice', `${send.key} of ${send.user} in ${conversation}`, about)
    const edit = edits.get(send)
    if (stored[0]) checkWords(history, send, edit, stored[0], log)
    const { acked } = send
    if (!acked) continue
    if (stored.length === 0)
      history.violate('lost', `${send.key} in ${conversation} was acknowledged as ${acked.seq}`, about)
    if (stored[0] && stored[0].seq !== acked.seq) {
      history.violate(
        'changed',
        `${send.key} was acknowledged as ${acked.seq}, stands at ${stored[0].seq}`,
        about,
      )
    }
    // A repeated send is answered with the message as it is.
    if (acked.content !== send.content && acked.content !== edit?.content) {
      history.violate(
        'changed',
        `${send.key}: '${send.content}' was acknowledged as '${acked.content}'`,
        about,
      )
    }
  }
}

/** Changed words stand there with an entry that says so, or neither is there. */
function checkWords(
  history: Record['history'],
  { key, content }: Send,
  edit: Edit | undefined,
  stored: Seen,
  log: readonly Seen[],
): void {
  const isAnnounced = log.some(({ target }) => target === stored.seq)
  const isChanged = stored.content !== content
  if (edit?.acked && !(isChanged && isAnnounced))
    history.violate('lost', `the change of ${key} was acknowledged`, [key])
  if (isChanged !== isAnnounced || (isChanged && stored.content !== edit?.content)) {
    const told = isAnnounced ? 'and an entry says that it was changed' : 'and no entry says so'
    history.violate('changed', `${key}: '${content}' stands as '${stored.content}' ${told}`, [key])
  }
}

function checkView(record: Record, conversation: string, log: readonly Seen[], client: Witness): void {
  const view = client.views.get(conversation)
  const reader = record.conversations.get(conversation)?.has(client.options.user)
  if (!view || !reader || client.options.sleeper) return
  const { name } = client.options
  const { history } = record
  view.shown.forEach((message, at) => {
    const stored = log[message.seq - 1]
    if (message.seq !== at + 1) {
      history.violate('disorder', `${name} shows ${message.seq} of ${conversation} at place ${at + 1}`, [
        conversation,
      ])
    } else if (stored?.sender !== message.sender || stored.target !== message.target) {
      history.violate('changed', `${name} shows another ${message.seq} of ${conversation} than is stored`, [
        conversation,
      ])
    }
  })
  const changed = new Set(log.slice(view.shown.length).map(({ target }) => target))
  for (const [seq, words] of view.words) {
    const stored = log[seq - 1]?.content
    // Who has not seen that it was changed may show either.
    if (words === stored || changed.has(seq)) continue
    history.violate('changed', `${name} shows ${seq} of ${conversation} as '${words}', it says '${stored}'`, [
      conversation,
    ])
  }
  if (view.shown.length < log.length && client.authenticated) {
    history.violate('unseen', `${name} shows ${view.shown.length} of ${log.length} in ${conversation}`, [
      name,
    ])
  }
}

/** After the quiet everybody is back and has nothing left to send. */
export function checkClients({ history, dismissedAt }: Record, clients: readonly Witness[]): void {
  for (const { options, authenticated, outbox } of clients) {
    if (options.sleeper) continue
    if (dismissedAt.has(options.user)) {
      if (authenticated) history.violate('leak', `${options.name} is still there`, [options.name])
      continue
    }
    if (!authenticated) history.violate('stuck', `${options.name} did not come back`, [options.name])
    if (!outbox.isEmpty) history.violate('stuck', `${options.name} still has to send`, [options.name])
  }
}

/**
 * Rows equal live connections: none without its socket, none missing, every expiry the connection's own.
 * @param due where given, what the sweep will visit: it has every connection, and what is gone may be left to it
 */
export function checkRows(
  { history }: Record,
  rows: Rows,
  live: ReadonlyMap<string, Witness>,
  due?: ReadonlySet<string>,
): void {
  for (const [id, client] of live) {
    // Whoever says nothing is not told that its rows went after a false 410.
    if (!rows.connections.has(id) && client.authenticated && !client.options.sleeper)
      history.violate('missing row', `CONN of ${id}`, [id])
  }
  for (const id of rows.connections.keys()) {
    const swept = due?.has(id)
    if (!live.has(id) && !swept) history.violate('ghost row', `CONN of ${id}`, [id])
    if (live.has(id) && swept === false) history.violate('missing row', `no sweep will visit ${id}`, [id])
  }
  const listed = new Set<string>()
  const expiryOf = new Map<string, number>()
  for (const [id, row] of rows.connections) {
    if (row['user'] === undefined) continue
    expiryOf.set(id, Number(row['token_expires_at']))
    listed.add(`${row['user']} ${id}`)
    for (const conversation of (row['joined'] as Set<string> | undefined) ?? []) {
      listed.add(`${conversation} ${row['user']} ${id}`)
    }
  }
  for (const [key, expiry] of [...rows.channels, ...rows.joined]) {
    const id = key.split(' ').at(-1) ?? ''
    if (!listed.delete(key)) history.violate('ghost row', `${key} stands without its connection's word`, [id])
    else if (expiryOf.get(id) !== expiry)
      history.violate('stale expiry', `${key} has another expiry than its connection`, [id])
  }
  for (const key of listed) {
    const id = key.split(' ').at(-1) ?? ''
    // A removal that stopped half-way has taken some of it: the next visit finishes it, and nothing is added to it.
    if (!rows.connections.get(id)?.['closing']) history.violate('missing row', key, [id])
  }
}

/** Who has a device on is there, and nobody else is; nothing is known of users whose news the queue lost. */
export function checkPresence(
  { history }: Record,
  online: ReadonlyMap<string, boolean>,
  live: ReadonlyMap<string, Witness>,
  lost: ReadonlySet<string>,
): void {
  const there = new Set(
    [...live.values()]
      .filter(({ authenticated, options }) => authenticated && !options.sleeper)
      .map(({ options }) => options.user),
  )
  for (const [user, is] of online) {
    if (is === there.has(user) || lost.has(user)) continue
    history.violate('false presence', `${user} is ${is ? 'online' : 'offline'} in the row`, [user])
  }
}
