import type { ClientFrame } from '../../../protocol/frames.ts'
import { ChatError, notFound } from '../../../protocol/errors.ts'
import type { Message } from '../../../protocol/model.ts'
import type { PostMessage } from '../../../protocol/endpoints/messages.ts'
import type { AnswerFrameOf } from '../../../protocol/server-frames.ts'
import type { ConversationHead } from '../../stores/conversations.ts'
import type { MessageEntry } from '../../stores/log.ts'
import type { ChannelConnection } from '../../stores/user-connections.ts'
import type { Forgetting } from '../connections/cleanup.ts'
import { sessionOf } from '../connections/session.ts'
import type { Deps } from '../deps.ts'
import { type Committed, commit, queued } from '../entries/commit.ts'
import { type Draft, seqOfMessageId, toMessage } from '../entries/message.ts'
import { channelsOf, deliver } from '../push/deliver.ts'
import { newsOfMessage } from '../push/push-frames.ts'

type Needs = Forgetting & Pick<Deps, 'conversations' | 'log' | 'poster' | 'rates' | 'newId'>

/**
 * Stores a message that came over a socket, acknowledges it and then tells the others. Three round trips lie
 * between the frame and the pushes: read, commit, post.
 * @param acknowledge starts towards the sender before the fan-out starts, and is not waited for by it
 */
export async function sendOverSocket(
  deps: Needs,
  connection: string,
  frame: ClientFrame<'send_message'>,
  acknowledge: (answer: AnswerFrameOf<'message_sent'>) => Promise<void>,
): Promise<void> {
  const { conversation_id: id, message, sender_id, client_message_id } = frame
  const [head, named] = await Promise.all([deps.conversations.head(id), namedEntry(deps, id, message.id)])
  const sender = await senderOn(deps, connection, head)
  if (sender_id !== undefined && sender_id !== sender) {
    throw new ChatError('forbidden', 'sender_id: is not the user of this connection')
  }
  if (!head?.participants.has(sender)) throw notFound('conversation')

  const {
    entry,
    duplicate,
    channels,
    head: current,
  } = named?.sender === sender
    ? { entry: named, duplicate: true, channels: undefined, head }
    : await store(deps, head, draftOf(sender, message, client_message_id))
  const acknowledged = acknowledge({
    type: 'message_sent',
    conversation_id: id,
    ...(client_message_id === undefined ? {} : { client_message_id }),
    message: toMessage(entry, id, sender, head.participants),
    ...(duplicate ? { duplicate: true as const } : {}),
  })
  await Promise.all([
    acknowledged,
    duplicate
      ? undefined
      : deliver(deps, current, newsOfMessage(entry), { via: 'socket', connection }, channels),
  ])
}

/** Stores a message that came over REST, tells the others and resolves with it. */
export async function sendOverRest(
  deps: Needs,
  sender: string,
  id: string,
  body: PostMessage,
): Promise<Message> {
  const [head, connection] = await Promise.all([
    deps.conversations.head(id),
    ownConnection(deps, sender, body.connection_id),
  ])
  if (!head?.participants.has(sender)) throw notFound('conversation')
  const {
    entry,
    duplicate,
    channels,
    head: current,
  } = await store(deps, head, draftOf(sender, body, body.client_message_id))
  if (!duplicate) {
    const origin = { via: 'rest' as const, ...(connection === undefined ? {} : { connection }) }
    await deliver(deps, current, newsOfMessage(entry), origin, channels)
  }
  return toMessage(entry, id, sender, head.participants)
}

/**
 * Commits while reading whom to tell: neither needs the other. Where it had to wait for its place, that would be out of
 * date, and is read afterwards.
 */
async function store(
  deps: Needs,
  head: ConversationHead,
  draft: Draft,
): Promise<Committed & { readonly channels?: readonly ChannelConnection[] | undefined }> {
  const [committed, channels] = await Promise.all([
    commit(deps, head, draft),
    queued(head) > 0 ? undefined : channelsOf(deps, head),
  ])
  return committed.head === head ? { ...committed, channels } : committed
}

function draftOf(
  sender: string,
  { content, metadata }: { readonly content: string; readonly metadata?: Draft['metadata'] | undefined },
  clientMessageId: string | undefined,
): Draft {
  return {
    sender,
    content,
    ...(metadata === undefined ? {} : { metadata }),
    ...(clientMessageId === undefined ? {} : { clientMessageId }),
  }
}

/**
 * Who has joined is known from the conversation itself; others, and those whose token seems to have expired there,
 * are asked for at their own row, which is the one that knows.
 */
async function senderOn(
  deps: Needs,
  connection: string,
  head: ConversationHead | undefined,
): Promise<string> {
  for (const { user, joined } of head?.participants.values() ?? []) {
    if ((joined.get(connection) ?? 0) > deps.now()) return user
  }
  return (await sessionOf(deps, connection)).user
}

/** The entry that `message.id` names: the origin's clients save over REST and then emit the same message. */
async function namedEntry(deps: Needs, conversation: string, id: unknown): Promise<MessageEntry | undefined> {
  const seq = seqOfMessageId(id)
  const entry = seq === undefined ? undefined : await deps.log.entry(conversation, seq)
  return entry?.kind === 'message' && entry.id === id ? entry : undefined
}

/** The connection that a REST call names as its own, if it is. */
export async function ownConnection(
  deps: Pick<Deps, 'connections'>,
  user: string,
  id: string | undefined,
): Promise<string | undefined> {
  const connection = id ? await deps.connections.find(id) : undefined
  return connection?.user === user ? id : undefined
}
