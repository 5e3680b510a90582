import { toSeenEntry } from '../model/ledger.ts'
import { checkReach, type Frame } from '../model/receive.ts'
import type { Device } from './device.ts'
import type { SimulatedSocket } from './sockets.ts'

/**
 * How long a connection may keep receiving after its rights have ended: an invocation can take ten seconds,
 * and its clock may be off.
 */
const GRACE_MS = 20_000

/** The content of a message that is sent under a key that was used before. */
export const FORGED_CONTENT = 'forged'

type Check = (device: Device, frame: Frame, socket: SimulatedSocket) => void

/** Frames that require a valid token. */
const restricted: Readonly<Record<string, Check>> = {
  joined_conversation: checkPage,
  new_message: checkPush,
  message_updated: checkReachOnly,
  participant_joined: checkChange,
  participant_left: checkChange,
  owner_changed: checkChange,
  conversation_updated: checkReachOnly,
  user_presence: checkPresence,
}

const others: Readonly<Record<string, Check>> = {
  authenticated: (_, frame, socket) => {
    socket.expiresAt = Date.parse(String(frame['expires_at']))
  },
  message_sent: checkSent,
  error: checkError,
}

/** Checks a frame that a device received, before the library sees it. */
export function checkFrame(device: Device, frame: Frame, socket: SimulatedSocket): void {
  const type = String(frame['type'])
  if (restricted[type]) checkRights(device, type, socket)
  const check = restricted[type] ?? others[type]
  check?.(device, frame, socket)
}

/** Checks that the token has not expired and the user was not dismissed more than `GRACE_MS` ago. */
function checkRights(
  { scheduler, ledger, options }: Device,
  type: string,
  { expiresAt, connection = '' }: SimulatedSocket,
): void {
  const dismissedAt = ledger.dismissedAt.get(options.user) ?? Number.POSITIVE_INFINITY
  const checkEnd = (end: number, cause: string) => {
    if (scheduler.now <= end + GRACE_MS) return
    ledger.history.violate('leak', `${type} reached ${options.name} after ${cause}`, [connection])
  }
  checkEnd(expiresAt, 'its token had expired')
  checkEnd(dismissedAt, 'the user was dismissed')
}

function checkReachOnly(device: Device, frame: Frame): void {
  checkReach(device, frame)
}

/** A page that is said to be the last one reaches the end of the log. */
function checkPage(device: Device, frame: Frame): void {
  checkReach(device, frame)
  const { ledger, options } = device
  const { conversation_id, has_more, last_seq } = frame
  const last = ((frame['messages'] ?? []) as readonly Frame[]).at(-1)
  if (!last || has_more === true || Number(last['seq']) >= Number(last_seq)) return
  ledger.history.note(
    `${options.name} got has_more false at ${last['seq']} of ${last_seq} in ${conversation_id}`,
  )
  ledger.history.violate('wrong answer', `has_more is false before last_seq in ${conversation_id}`, [
    String(conversation_id),
  ])
}

/** A message does not come back on the only connection it was sent over. */
function checkPush(device: Device, frame: Frame, { connection = '' }: SimulatedSocket): void {
  checkReach(device, frame)
  const { ledger, options } = device
  const { conversation_id } = frame
  const { seq, key } = toSeenEntry(frame['message'])
  ledger.history.note(`${options.name} receives ${seq} of ${conversation_id} on ${connection}`)
  const own = ledger.sends.get(`${conversation_id} ${options.user} ${key}`)
  if (own?.via.size !== 1 || !own.via.has(connection)) return
  const text = `${connection} received ${key}, which was sent over it alone`
  ledger.history.violate('echo', text, [connection])
}

function checkChange(device: Device, frame: Frame, { connection }: SimulatedSocket): void {
  checkReach(device, frame)
  const { ledger, options } = device
  const { type, seq, conversation_id, owner_id: owner } = frame
  ledger.history.note(`${options.name} receives ${seq} of ${conversation_id}, ${type}, on ${connection}`)
  if (owner !== undefined && ledger.groups.has(String(conversation_id))) ledger.owner = String(owner)
}

function checkPresence({ ledger, options, connection = '' }: Device, frame: Frame): void {
  const user = String(frame['user_id'])
  const isShared = [...ledger.conversations.values()].some(
    (users) => users.has(user) && users.has(options.user),
  )
  if (isShared && user !== options.user) return
  ledger.history.violate('leak', `user_presence of ${user} reached ${options.user}`, [connection])
}

function checkSent({ ledger, options, requests }: Device, frame: Frame): void {
  const { conversation_id, message, request_id } = frame
  if (requests.get(String(request_id)) === 'forgery') {
    const { edited_at, deleted_at, content } = message as Frame
    // Once its content has changed, a message is returned as it is now, whatever the repeated send contains.
    if ((edited_at ?? deleted_at) !== undefined && content !== FORGED_CONTENT) return
    ledger.history.violate('changed', `other content was acknowledged: ${request_id}`, ['forgery'])
  }
  ledger.acked(options.user, String(conversation_id), toSeenEntry(message))
}

/** A correct request is only refused if it may succeed later, or if the user has no right to it. */
function checkError({ ledger, options, requests, connection = '' }: Device, frame: Frame): void {
  const { code, retryable, request_id } = frame
  const request = requests.get(String(request_id)) ?? ''
  ledger.history.note(`${options.name} receives ${code} ${request}`)
  if (retryable === true || request === 'forgery' || request_id === undefined) return
  if (code === 'unauthorized' || code === 'token_expired') return
  if (code === 'forbidden' && ledger.dismissing.has(options.user)) return
  const [, conversation = ''] = request.split(' ')
  if (code === 'not_found' && !ledger.isParticipant(options.user, conversation)) return
  if (code === 'not_found' && ledger.dismissing.has(options.user)) return
  ledger.history.violate('wrong answer', `${code} to a correct ${request}`, [connection])
}
