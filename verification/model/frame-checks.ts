import { type Ledger, toSeenEntry } from './ledger.ts'
import { checkReach, type Frame } from './receive.ts'
import type { Asked } from './retention.ts'

/**
 * How long a connection may keep receiving after its rights have ended: an invocation can take ten seconds,
 * and its clock may be off.
 */
const GRACE_MS = 20_000

/** The content of a message that is sent under a key that was used before. */
export const FORGED_CONTENT = 'forged'

/** A client whose sent and received frames are checked, independently of what the library does with them. */
export interface Observed {
  readonly options: { readonly user: string; readonly name: string }
  readonly ledger: Ledger
  /** What each request asked for: `type conversation`, or `forgery`. */
  readonly requests: Map<string, string>
  /** The starts of logs that were known at each request. */
  readonly asked?: Map<string, Asked>
}

/** The socket over which a frame was received. */
export interface ObservedConnection {
  /** Undefined until it has authenticated. */
  readonly connection?: string | undefined
  /** When the token that the server accepted last expires. */
  expiresAt: number
}

type Check = (observed: Observed, frame: Frame, socket: ObservedConnection) => void

/** Frames that require a valid token. */
const restricted: Readonly<Record<string, Check>> = {
  authenticated: () => undefined,
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
  message_sent: checkSent,
  pong: checkPong,
  error: checkError,
}

/** Records a frame that is about to be sent. */
export function noteFrame(observed: Observed, frame: Frame, connection: string): void {
  const { type, conversation_id, client_message_id, message, request_id } = frame
  const request = String(request_id)
  const { retention } = observed.ledger
  const { after_seq } = frame
  if (retention && !observed.asked?.has(request))
    observed.asked?.set(request, retention.asked(after_seq === undefined ? undefined : Number(after_seq)))
  if (!observed.requests.has(request)) observed.requests.set(request, `${type} ${conversation_id ?? ''}`)
  if (type !== 'send_message' || observed.requests.get(request) === 'forgery') return
  const draft = {
    conversation: String(conversation_id),
    key: String(client_message_id),
    content: String((message as Frame)['content']),
  }
  observed.ledger.sent(observed.options.user, draft, connection)
}

/** Checks a frame that was received at this time. */
export function checkFrame(observed: Observed, frame: Frame, socket: ObservedConnection, at: number): void {
  const type = String(frame['type'])
  // This frame grants rights, and says until when they last.
  if (type === 'authenticated') socket.expiresAt = Date.parse(String(frame['expires_at']))
  if (restricted[type]) checkRights(observed, type, socket, at)
  const check = restricted[type] ?? others[type]
  check?.(observed, frame, socket)
}

/** Checks that the token has not expired and the user was not dismissed more than `GRACE_MS` ago. */
function checkRights(
  { ledger, options }: Observed,
  type: string,
  { connection = '', expiresAt }: ObservedConnection,
  at: number,
): void {
  const dismissedAt = ledger.dismissedAt.get(options.user) ?? Number.POSITIVE_INFINITY
  const checkEnd = (end: number, cause: string) => {
    if (at <= end + GRACE_MS) return
    ledger.history.violate('leak', `${type} reached ${options.name} after ${cause}`, [connection])
  }
  checkEnd(expiresAt, 'its token had expired')
  checkEnd(dismissedAt, 'the user was dismissed')
}

function checkReachOnly(
  { ledger, options }: Observed,
  frame: Frame,
  { connection }: ObservedConnection,
): void {
  checkReach({ ledger, options, connection }, frame)
}

/** Checks that a page that claims to be the last one reaches the end of the log. */
function checkPage(observed: Observed, frame: Frame, socket: ObservedConnection): void {
  checkReachOnly(observed, frame, socket)
  const { ledger, options } = observed
  const { conversation_id, has_more, last_seq } = frame
  const asked = observed.asked?.get(String(frame['request_id']))
  ledger.retention?.page({ conversation: String(conversation_id), name: options.name, frame, asked })
  const last = ((frame['messages'] ?? []) as readonly Frame[]).at(-1)
  if (!last || has_more === true || Number(last['seq']) >= Number(last_seq)) return
  ledger.history.note(
    `${options.name} got has_more false at ${last['seq']} of ${last_seq} in ${conversation_id}`,
  )
  ledger.history.violate('wrong answer', `has_more is false before last_seq in ${conversation_id}`, [
    String(conversation_id),
  ])
}

function checkPong({ ledger, options, asked }: Observed, frame: Frame): void {
  const known = asked?.get(String(frame['request_id']))
  for (const [conversation, start] of Object.entries((frame['first_seq'] ?? {}) as Frame))
    ledger.retention?.started(conversation, Number(start), options.name, known)
}

/** Checks that a message is not pushed to the only connection over which it was sent. */
function checkPush(observed: Observed, frame: Frame, socket: ObservedConnection): void {
  checkReachOnly(observed, frame, socket)
  const { ledger, options } = observed
  const { connection = '' } = socket
  const { conversation_id } = frame
  const { seq, key } = toSeenEntry(frame['message'])
  ledger.history.note(`${options.name} receives ${seq} of ${conversation_id} on ${connection}`)
  const own = ledger.sends.get(`${conversation_id} ${options.user} ${key}`)
  if (own?.via.size !== 1 || !own.via.has(connection)) return
  const text = `${connection} received ${key}, which was sent over it alone`
  ledger.history.violate('echo', text, [connection])
}

function checkChange(observed: Observed, frame: Frame, socket: ObservedConnection): void {
  checkReachOnly(observed, frame, socket)
  const { ledger, options } = observed
  const { type, seq, conversation_id, owner_id: owner } = frame
  ledger.history.note(
    `${options.name} receives ${seq} of ${conversation_id}, ${type}, on ${socket.connection}`,
  )
  if (owner !== undefined && ledger.groups.has(String(conversation_id))) ledger.owner = String(owner)
}

function checkPresence(
  { ledger, options }: Observed,
  frame: Frame,
  { connection = '' }: ObservedConnection,
): void {
  const user = String(frame['user_id'])
  const isShared = [...ledger.conversations.values()].some(
    (users) => users.has(user) && users.has(options.user),
  )
  if (isShared && user !== options.user) return
  ledger.history.violate('leak', `user_presence of ${user} reached ${options.user}`, [connection])
}

function checkSent({ ledger, options, requests }: Observed, frame: Frame): void {
  const { conversation_id, message, request_id } = frame
  if (requests.get(String(request_id)) === 'forgery') {
    const { edited_at, deleted_at, content } = message as Frame
    // A message whose content has changed since is returned with its present content, whatever the repeated send
    // contains.
    if ((edited_at ?? deleted_at) !== undefined && content !== FORGED_CONTENT) return
    ledger.history.violate('changed', `other content was acknowledged: ${request_id}`, ['forgery'])
  }
  ledger.acked(options.user, String(conversation_id), toSeenEntry(message))
}

/** Checks that a correct request was refused only if it may succeed later, or if the user has no right to it. */
function checkError(
  { ledger, options, requests }: Observed,
  frame: Frame,
  { connection = '' }: ObservedConnection,
): void {
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
