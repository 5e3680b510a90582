import { toSeen } from '../../model/record.ts'
import type { Client } from './client.ts'
import type { Frame } from './line.ts'

/** Later messages often overtake one; only what still lacks after so long is asked for. */
const GAP_MILLIS = 300

type Handler = (client: Client, frame: Frame, conversation: string) => void

const handlers: Readonly<Record<string, Handler>> = {
  authenticated: (client, frame) => client.admitted(String(frame['connection_id'])),
  joined_conversation: onJoined,
  left_conversation: (client, _, conversation) => {
    client.questions.answered(`leave ${conversation}`)
    client.joined.delete(conversation)
  },
  message_sent: (client, frame, conversation) => client.outbox.acknowledged(conversation, frame),
  new_message: onMessage,
  // For lists and badges: no client trusts it to be complete.
  conversation_updated: (client, _, conversation) => reached(client, conversation, 'conversation_updated'),
  pong: onPong,
  error: onError,
}

/** What a client makes of a frame, and what it finds wrong with it. */
export function readFrame(client: Client, frame: Frame): void {
  const { type } = frame
  if (typeof type === 'string') {
    handlers[type]?.(client, frame, String(frame['conversation_id'] ?? ''))
  } else {
    // API Gateway's own: it names no request, and can be tried again.
    client.record.history.note(`${client.options.name} hears ${frame['message']}`)
    client.questions.anonymous()
  }
}

function reached({ record, options, connection = '' }: Client, conversation: string, what: string): void {
  record.reached(options.user, connection, conversation, what)
}

function onJoined(client: Client, frame: Frame, conversation: string): void {
  reached(client, conversation, 'joined_conversation')
  client.questions.answered(`join ${conversation}`)
  client.joined.add(conversation)
  for (const message of (frame['messages'] ?? []) as readonly unknown[]) client.take(conversation, message)
  const view = client.views.get(conversation)
  if (!view) return
  if (frame['has_more'] === true) {
    client.fetch(conversation)
    return
  }
  const { history } = client.record
  const told = `${client.options.name} was told of ${conversation}`
  if (frame['reset'] === true) history.violate('false answer', `${told}: reset`, [conversation])
  if (view.held < Number(frame['last_seq'])) {
    history.violate('false answer', `${told}: has_more false before last_seq`, [conversation])
  }
}

function onMessage(client: Client, frame: Frame, conversation: string): void {
  reached(client, conversation, 'new_message')
  const { record, options, connection = '' } = client
  const { seq, key } = toSeen(frame['message'])
  client.pushed = seq
  record.history.note(`${options.name} gets ${seq} of ${conversation} on ${connection}`)
  const own = record.sends.get(`${conversation} ${options.user} ${key}`)
  if (own?.over.size === 1 && own.over.has(connection)) {
    record.history.violate('echo', `${connection} got back ${key}, which it alone had sent`, [connection])
  }
  client.take(conversation, frame['message'])
  const view = client.views.get(conversation)
  if (!view?.hasGap || options.careless) return
  setTimeout(() => view.hasGap && client.authenticated && client.fetch(conversation), GAP_MILLIS)
}

function onPong(client: Client, frame: Frame): void {
  const heads = frame['heads'] as Readonly<Record<string, number>>
  client.missedPongs = 0
  client.pongs++
  for (const [id, view] of client.views) {
    const head = heads[id]
    // Not among the joined ones any more, or further on than what is held.
    if (head === undefined ? client.joined.has(id) : head > view.held) client.fetch(id)
  }
}

function onError(client: Client, frame: Frame): void {
  const { record, options, questions } = client
  const code = String(frame['code'])
  const request = String(frame['request_id'] ?? '')
  record.history.note(`${options.name} hears ${code} ${request}`)
  const [kind, conversation = '', key = ''] = request.split(' ')
  if (code === 'reconnect_required' || code === 'replaced') {
    client.line.drop()
  } else if (frame['retryable'] === true) {
    const after = frame['retry_after_ms']
    questions.refused(request, typeof after === 'number' ? after : undefined)
  } else if (kind === 'send') {
    client.outbox.refused(conversation, key, code)
  } else {
    questions.answered(request)
    // An outsider is told so; to anybody else it is a lie.
    if (code === 'not_found' && !record.conversations.get(conversation)?.has(options.user)) return
    const told = `${code} to a correct '${request}' of ${options.name}`
    record.history.violate('false answer', told, [options.name])
  }
}
