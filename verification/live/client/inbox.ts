import { toSeenEntry } from '../../model/ledger.ts'
import { behind, checkReach, type Frame, takePage, takePush } from '../../model/receive.ts'
import type { Client } from './client.ts'

/** Messages often overtake each other, so a client waits this long before it requests what is missing. */
const GAP_TIMEOUT_MS = 300

type Handler = (client: Client, frame: Frame, conversation: string) => void

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
  conversation_updated: checkReach,
  pong: onPong,
  error: onError,
}

/** Handles a frame that a client received, and checks it. */
export function handleFrame(client: Client, frame: Frame): void {
  const { type } = frame
  if (typeof type === 'string') {
    handlers[type]?.(client, frame, String(frame['conversation_id'] ?? ''))
  } else {
    // API Gateway's own error frame: it names no request and is retryable.
    client.ledger.history.note(`${client.options.name} receives ${frame['message']}`)
    client.requests.refusedAnonymously()
  }
}

function onJoined(client: Client, frame: Frame, conversation: string): void {
  const { ledger, options, requests, joined } = client
  requests.answered(`join ${conversation}`)
  joined.add(conversation)
  if (takePage(client, conversation, frame)) client.fetch(conversation)
  else if (frame['reset'] === true) {
    const text = `${options.name} got reset in ${conversation}`
    ledger.history.violate('wrong answer', text, [conversation])
  }
}

function onMessage(client: Client, frame: Frame, conversation: string): void {
  takePush(client, conversation, frame)
  client.pushed = toSeenEntry(frame['message']).seq
  const view = client.views.get(conversation)
  if (!view?.hasGap || client.options.careless) return
  setTimeout(() => view.hasGap && client.authenticated && client.fetch(conversation), GAP_TIMEOUT_MS)
}

function onPong(client: Client, frame: Frame): void {
  client.missedPongs = 0
  client.pongs++
  for (const id of behind(client, frame, (other) => client.joined.has(other))) client.fetch(id)
}

function onError(client: Client, frame: Frame): void {
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
