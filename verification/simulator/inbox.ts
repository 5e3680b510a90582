import { behind, checkReach, type Frame, take, takePage, takePush } from '../model/receive.ts'
import type { Client } from './client.ts'
import { FORGED_CONTENT, REFUSED } from './client-options.ts'

/**
 * How long a connection may keep receiving after its rights have ended: an invocation can take ten seconds,
 * and its clock may be off.
 */
const GRACE_MS = 20_000

type Handler = (client: Client, frame: Frame, conversation: string) => void

/** Frames that require a valid token. */
const restricted: Readonly<Record<string, Handler>> = {
  authenticated: onAuthenticated,
  joined_conversation: onJoined,
  new_message: onMessage,
  message_updated: onUpdate,
  participant_joined: onChange,
  participant_left: onChange,
  owner_changed: onChange,
  // Meant for lists and badges. Like any push it may be missing, so the client does not use it.
  conversation_updated: checkReach,
  user_presence: checkPresence,
}

const others: Readonly<Record<string, Handler>> = {
  new_invitation: ({ organizer }) => organizer.acceptAll(),
  conversation_added: onAdded,
  conversation_removed: onRemoved,
  left_conversation: (client, _, conversation) => client.fetch(conversation),
  message_sent: onSent,
  pong: onPong,
  error: onError,
}

/** Handles a frame that a client received, and checks it. */
export function handleFrame(client: Client, frame: Frame): void {
  const type = String(frame['type'])
  if (restricted[type]) checkRights(client, type)
  const handler = restricted[type] ?? others[type]
  handler?.(client, frame, String(frame['conversation_id'] ?? ''))
}

function onAuthenticated(client: Client, frame: Frame): void {
  client.renewing.delete(String(frame['request_id']))
  client.expiresAt = Date.parse(String(frame['expires_at']))
  if (!client.authenticated) for (const id of client.options.conversations) client.fetch(id)
  client.authenticated = true
  client.outbox.pump()
}

function onSent({ ledger, outbox }: Client, frame: Frame): void {
  if (String(frame['request_id']).startsWith('forgery')) {
    const { edited_at, deleted_at, content } = frame['message'] as Frame
    // Once its content has changed, a message is returned as it is now, whatever the repeated send contains.
    if ((edited_at ?? deleted_at) !== undefined && content !== FORGED_CONTENT) return
    const text = `other content was acknowledged: ${frame['request_id']}`
    ledger.history.violate('changed', text, ['forgery'])
  }
  outbox.acknowledged(frame)
}

function onJoined(client: Client, frame: Frame, conversation: string): void {
  client.joined.add(conversation)
  client.fetching.delete(conversation)
  if (takePage(client, conversation, frame)) client.fetch(conversation)
}

function onMessage(client: Client, frame: Frame, conversation: string): void {
  takePush(client, conversation, frame)
  fetchMissing(client, conversation)
}

function onUpdate(client: Client, frame: Frame, conversation: string): void {
  checkReach(client, frame)
  const { ledger, options, connection } = client
  const { seq, message } = frame
  ledger.history.note(`${options.name} receives ${seq} of ${conversation}, an edit, on ${connection}`)
  const { seq: target_seq, sender_id } = message as Frame
  take(client, conversation, { seq, sender_id, target_seq, message })
  fetchMissing(client, conversation)
}

function onChange(client: Client, frame: Frame, conversation: string): void {
  checkReach(client, frame)
  const { ledger, options, connection } = client
  const { type, seq, owner_id: owner } = frame
  ledger.history.note(`${options.name} receives ${seq} of ${conversation}, ${type}, on ${connection}`)
  if (owner !== undefined && ledger.groups.has(conversation)) ledger.owner = String(owner)
  take(client, conversation, frame)
  fetchMissing(client, conversation)
}

function onAdded(client: Client, { conversation }: Frame): void {
  const id = String((conversation as Frame)['id'])
  if (!client.views.has(id)) return
  client.fetching.delete(id)
  client.fetch(id)
}

function onRemoved(client: Client, _: Frame, conversation: string): void {
  client.joined.delete(conversation)
}

function fetchMissing(client: Client, conversation: string): void {
  const { options, scheduler, views } = client
  const view = views.get(conversation)
  if (!view?.hasGap || options.sleeper) return
  scheduler.after(300, `${options.name} has a gap`, () => {
    if (view.hasGap) client.fetch(conversation)
  })
}

function checkPresence({ ledger, options, connection = '' }: Client, frame: Frame): void {
  const user = String(frame['user_id'])
  const isShared = [...ledger.conversations.values()].some(
    (users) => users.has(user) && users.has(options.user),
  )
  if (isShared && user !== options.user) return
  ledger.history.violate('leak', `user_presence of ${user} reached ${options.user}`, [connection])
}

function onPong(client: Client, frame: Frame): void {
  client.missedPongs = 0
  // The user may have joined the group again, before the `conversation_added` arrives.
  for (const id of client.ledger.groups.keys())
    if (client.fetching.get(id) === REFUSED) client.fetching.delete(id)
  for (const id of behind(client, frame, () => client.authenticated)) client.fetch(id)
}

function onError(client: Client, frame: Frame): void {
  const { ledger, options, connection = '' } = client
  const code = String(frame['code'])
  const request = String(frame['request_id'] ?? '')
  ledger.history.note(`${options.name} receives ${code} ${request}`)
  if (code === 'reconnect_required') {
    client.drop()
    return
  }
  const isDismissed = ledger.dismissing.has(options.user)
  if (/^(unauthorized|forbidden)$/.test(code) && request.startsWith('authenticate') && isDismissed) {
    client.stop()
    return
  }
  if (client.outbox.refused(frame) || code === 'unauthorized') return
  if (code === 'token_expired') {
    if (!options.sleeper) client.authenticate()
    return
  }
  const [, conversation = ''] = request.split(' ')
  if (code === 'not_found' && !ledger.isParticipant(options.user, conversation)) {
    client.fetching.set(conversation, REFUSED)
    return
  }
  if (frame['retryable'] === true || request.startsWith('forgery')) return
  ledger.history.violate('wrong answer', `${code} to a correct ${request}`, [connection])
}

/** Checks that the token has not expired and the user was not dismissed more than `GRACE_MS` ago. */
function checkRights({ scheduler, ledger, options, expiresAt, connection = '' }: Client, type: string): void {
  const dismissedAt = ledger.dismissedAt.get(options.user) ?? Number.POSITIVE_INFINITY
  const checkEnd = (end: number, cause: string) => {
    if (scheduler.now <= end + GRACE_MS) return
    ledger.history.violate('leak', `${type} reached ${options.name} after ${cause}`, [connection])
  }
  checkEnd(expiresAt, 'its token had expired')
  checkEnd(dismissedAt, 'the user was dismissed')
}
