import { toSeenEntry } from '../../model/ledger.ts'
import type { Device, Frame } from './device.ts'

/** Messages often overtake each other, so a client waits this long before it requests what is missing. */
const GAP_TIMEOUT_MS = 300

type Handler = (client: Device, frame: Frame, conversation: string) => void

const handlers: Readonly<Record<string, Handler>> = {
  authenticated: (client, frame) => client.onAuthenticated(String(frame['connection_id'])),
  joined_conversation: onJoined,
  left_conversation: (client, _, conversation) => {
    client.requests.answered(`leave ${conversation}`)
    client.joined.delete(conversation)
  },
  message_sent: (client, frame, conversation) => client.outbox.acknowledged(conversation, frame),
  new_message: onMessage,
  // Meant for lists and badges. Like any push it may be missing, so the client does not use it.
  conversation_updated: (client, _, conversation) => checkReach(client, conversation, 'conversation_updated'),
  pong: onPong,
  error: onError,
}

/** Handles a frame that a client received, and checks it. */
export function handleFrame(client: Device, frame: Frame): void {
  const { type } = frame
  if (typeof type === 'string') {
    handlers[type]?.(client, frame, String(frame['conversation_id'] ?? ''))
  } else {
    // API Gateway's own error frame: it names no request and is retryable.
    client.ledger.history.note(`${client.options.name} receives ${frame['message']}`)
    client.requests.refusedAnonymously()
  }
}

function checkReach(client: Device, conversation: string, frameType: string): void {
  const { ledger, options, connection = '' } = client
  ledger.reached(options.user, connection, conversation, frameType)
}

function onJoined(client: Device, frame: Frame, conversation: string): void {
  checkReach(client, conversation, 'joined_conversation')
  client.requests.answered(`join ${conversation}`)
  client.joined.add(conversation)
  for (const message of (frame['messages'] ?? []) as readonly unknown[]) client.take(conversation, message)
  const view = client.views.get(conversation)
  if (!view) return
  if (frame['has_more'] === true) {
    client.fetch(conversation)
    return
  }
  const { ledger, options } = client
  if (frame['reset'] === true) {
    const text = `${options.name} got reset in ${conversation}`
    ledger.history.violate('wrong answer', text, [conversation])
  }
  const { held } = view
  ledger.joinedToTheEnd({ name: options.name, conversation, held, lastSeq: Number(frame['last_seq']) })
}

function onMessage(client: Device, frame: Frame, conversation: string): void {
  checkReach(client, conversation, 'new_message')
  const { ledger, options, connection = '' } = client
  const entry = toSeenEntry(frame['message'])
  client.pushed = entry.seq
  ledger.pushed(options.user, options.name, connection, conversation, entry)
  client.take(conversation, frame['message'])
  const view = client.views.get(conversation)
  if (!view?.hasGap || options.careless) return
  setTimeout(() => view.hasGap && client.authenticated && client.fetch(conversation), GAP_TIMEOUT_MS)
}

function onPong(client: Device, frame: Frame): void {
  const heads = frame['heads'] as Readonly<Record<string, number>>
  client.missedPongs = 0
  client.pongs++
  for (const [id, view] of client.views) {
    const head = heads[id]
    // The server no longer lists the conversation as joined, or has newer entries.
    if (head === undefined ? client.joined.has(id) : head > view.held) client.fetch(id)
  }
}

function onError(client: Device, frame: Frame): void {
  const { ledger, options, requests } = client
  const code = String(frame['code'])
  const request = String(frame['request_id'] ?? '')
  ledger.history.note(`${options.name} receives ${code} ${request}`)
  const [kind, conversation = '', key = ''] = request.split(' ')
  if (code === 'reconnect_required' || code === 'replaced') {
    client.socket.drop()
  } else if (frame['retryable'] === true) {
    const afterMs = frame['retry_after_ms']
    requests.refused(request, typeof afterMs === 'number' ? afterMs : undefined)
  } else if (kind === 'send') {
    client.outbox.refused(conversation, key, code)
  } else {
    requests.answered(request)
    // The correct answer to an outsider, and to no one else.
    if (code === 'not_found' && !ledger.isParticipant(options.user, conversation)) return
    const text = `${code} to a correct '${request}' of ${options.name}`
    ledger.history.violate('wrong answer', text, [options.name])
  }
}
