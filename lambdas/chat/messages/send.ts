import type { PostMessage } from '../../../protocol/endpoints/messages.ts'
import { ChatError, notFound } from '../../../protocol/errors.ts'
import type { ClientFrame } from '../../../protocol/frames.ts'
import type { Message } from '../../../protocol/model.ts'
import type { AnswerFrameOf } from '../../../protocol/server-frames.ts'
import { allDone } from '../../async.ts'
import { note } from '../../log/record.ts'
import type { ConversationHead, FrameSource, MessageEntry, UserConnection } from '../../model.ts'
import { admit, sessionOf, uncountedSessionOf } from '../connections/session.ts'
import type { ConnectionDeps, MessageDeps } from '../deps.ts'
import { type Committed, commit } from '../entries/commit.ts'
import { type Draft, seqOfMessageId, toMessage } from '../entries/message.ts'
import { firstSeqOf, isExpired } from '../entries/retention.ts'
import { pendingTurns } from '../entries/turns.ts'
import { deliver, participantConnections } from '../push/deliver.ts'
import { messagePush } from '../push/push-frames.ts'

/** The cost, in frames, of a send that is refused before anything is written. */
const REFUSED_FRAMES = 2
/**
 * The cost, in frames, of a send that tries to write but stores nothing. It is one more per `PARTICIPANTS_PER_FRAME`
 * participants.
 */
const UNSTORED_FRAMES = 3
const PARTICIPANTS_PER_FRAME = 10

/** A stored message, and the participants' connections if they were read in parallel with the commit. */
type Sent = Committed & { readonly userConnections?: readonly UserConnection[] | undefined }

/**
 * Stores a message from a socket, acknowledges it, and pushes it. Three round trips lie between the frame and the
 * pushes: read, commit, post. A frame that stores nothing is counted like any other; a stored message has its own rate.
 *
 * @param acknowledge sends the answer. It starts before the fan-out, which does not wait for it
 */
export async function sendOverSocket(
  deps: MessageDeps,
  source: FrameSource,
  frame: ClientFrame<'send_message'>,
  acknowledge: (answer: AnswerFrameOf<'message_sent'>) => Promise<void>,
): Promise<void> {
  const { conversation_id: id, client_message_id } = frame
  const pay = async (cost: number) => void (await admit(deps, source, cost))
  await refuseForged(deps, source, frame)
  const { sender, head: before, named } = await identify(deps, source, frame).catch(payForRefusal(pay))
  const cost = UNSTORED_FRAMES + Math.floor(before.participants.size / PARTICIPANTS_PER_FRAME)
  const { content, metadata } = frame.message
  const draft = { sender, content, metadata, clientMessageId: client_message_id }
  const sent = await storeOnce(deps, before, draft, named).catch(payForRefusal(pay, cost))
  const { entry, duplicate, head } = sent
  noteSent(id, sent)
  if (duplicate) await pay(cost)
  const acknowledged = acknowledge({
    type: 'message_sent',
    conversation_id: id,
    ...(client_message_id === undefined ? {} : { client_message_id }),
    message: toMessage(entry, id, sender, head.participants),
    ...(duplicate ? { duplicate: true as const } : {}),
  })
  const { connection } = source
  await Promise.all([
    acknowledged,
    duplicate
      ? undefined
      : deliver(deps, head, messagePush(entry), { via: 'socket', connection }, sent.userConnections),
  ])
}

function noteSent(conversation: string, { entry, duplicate }: Sent): void {
  note({ conversation, message_id: entry.id, seq: entry.seq, ...(duplicate && { duplicate }) })
}

/**
 * Refuses the `sender_id` of another user. If this container knows the connection's user, that takes one write and does
 * not read the conversation.
 */
async function refuseForged(
  deps: MessageDeps,
  source: FrameSource,
  { sender_id }: ClientFrame<'send_message'>,
): Promise<void> {
  const user = deps.memory.users.get(source.connection)
  if (sender_id === undefined || user === undefined || sender_id === user) return
  await sessionOf(deps, source)
  throw forged()
}

const forged = () => new ChatError('forbidden', 'sender_id: is not the user of this connection')

/** Counts a refused frame. If it was refused because others are writing, it counts as only one frame. */
const payForRefusal =
  (pay: (cost: number) => Promise<void>, cost = REFUSED_FRAMES) =>
  async (error: unknown): Promise<never> => {
    if (error instanceof ChatError && !error.closes) await pay(error.code === 'unavailable' ? 1 : cost)
    throw error
  }

/** Reads the conversation and the message that a frame names. Throws unless the sender takes part. */
async function identify(
  deps: MessageDeps,
  source: FrameSource,
  { conversation_id: id, message, sender_id }: ClientFrame<'send_message'>,
): Promise<{
  readonly sender: string
  readonly head: ConversationHead
  readonly named: MessageEntry | undefined
}> {
  const [head, named] = await Promise.all([deps.conversations.head(id), namedEntry(deps, id, message.id)])
  const sender = await senderOn(deps, source, head)
  note({ user: sender })
  if (sender_id !== undefined && sender_id !== sender) throw forged()
  if (!head?.participants.has(sender)) throw notFound('conversation')
  const isKnown = named?.sender === sender && named.seq >= firstSeqOf(head) && !isExpired(deps, named)
  return { sender, head, named: isKnown ? named : undefined }
}

/** Stores a draft, unless the frame names a message that the sender has stored before. */
async function storeOnce(
  deps: MessageDeps,
  head: ConversationHead,
  draft: Draft,
  named: MessageEntry | undefined,
): Promise<Sent> {
  return named ? { entry: named, duplicate: true, head } : await store(deps, head, draft)
}

/** Stores a message from a REST call, pushes it, and resolves with it. */
export async function sendOverRest(
  deps: MessageDeps,
  sender: string,
  id: string,
  { content, metadata, client_message_id: clientMessageId, connection_id }: PostMessage,
): Promise<Message> {
  const [head, connection] = await Promise.all([
    deps.conversations.head(id),
    ownConnection(deps, sender, connection_id),
  ])
  if (!head?.participants.has(sender)) throw notFound('conversation')
  const sent = await store(deps, head, { sender, content, metadata, clientMessageId })
  const { entry, duplicate } = sent
  noteSent(id, sent)
  if (!duplicate) {
    await deliver(deps, sent.head, messagePush(entry), { via: 'rest', connection }, sent.userConnections)
  }
  return toMessage(entry, id, sender, head.participants)
}

/**
 * Commits, and reads the participants' connections in parallel. If the commit has to compete for its slot, the
 * connections would be out of date, so `deliver` reads them afterwards.
 */
async function store(deps: MessageDeps, head: ConversationHead, draft: Draft): Promise<Sent> {
  const [committed, userConnections] = await allDone([
    commit(deps, head, draft),
    pendingTurns(head, deps.now()) > 0 ? undefined : participantConnections(deps, head),
  ])
  return committed.head === head ? { ...committed, userConnections } : committed
}

/**
 * The user of a connection. If the connection has joined the conversation, the conversation's own rows name the user.
 * Otherwise, or if the token seems to have expired, this reads the connection's row, which is authoritative.
 */
async function senderOn(
  deps: MessageDeps,
  source: FrameSource,
  head: ConversationHead | undefined,
): Promise<string> {
  for (const { user, joined } of head?.participants.values() ?? []) {
    if ((joined.get(source.connection) ?? 0) > deps.now()) return user
  }
  return (await uncountedSessionOf(deps, source)).user
}

/** The entry named by `message.id`: some clients save a message over REST and then send the same one as a frame. */
async function namedEntry(
  deps: MessageDeps,
  conversation: string,
  id: unknown,
): Promise<MessageEntry | undefined> {
  const seq = seqOfMessageId(id)
  const entry = seq === undefined ? undefined : await deps.log.entry(conversation, seq)
  return entry?.kind === 'message' && entry.id === id ? entry : undefined
}

/** The connection that a REST call names, if it is the caller's own. */
export async function ownConnection(
  deps: ConnectionDeps,
  user: string,
  id: string | undefined,
): Promise<string | undefined> {
  // Compared with the caller's own connections, so that text from a client is never part of a key.
  const own = id === undefined ? [] : await deps.connections.userConnections(user)
  return own.some((connection) => connection.id === id) ? id : undefined
}
