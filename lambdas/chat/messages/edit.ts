import type { DeleteMessage, EditMessage } from '../../../protocol/endpoints/messages.ts'
import { notFound } from '../../../protocol/errors.ts'
import type { Message } from '../../../protocol/model.ts'
import type { ConversationHead, MessageEntry } from '../../model.ts'
import type { Deps, MessageDeps } from '../deps.ts'
import { claim } from '../entries/commit.ts'
import { canonicalWords, toMessage } from '../entries/message.ts'
import { timeAfter } from '../entries/next-entry.ts'
import { firstSeqOf, withCurrentStart } from '../entries/retention.ts'
import { deliver } from '../push/deliver.ts'
import { entryPush } from '../push/push-frames.ts'
import { ownConnection } from './send.ts'

type EditDeps = MessageDeps & Pick<Deps, 'users'>

/** The message to change, and the caller. */
export interface Target {
  readonly conversation: string
  readonly seq: number
  readonly user: string
}

/** Replaces the content of the caller's message. If the content is the same, nothing is changed or pushed. */
export async function editMessage(
  deps: EditDeps,
  target: Target,
  { content, metadata, connection_id }: EditMessage,
): Promise<Message> {
  const json = metadata === undefined ? undefined : JSON.stringify(metadata)
  return await change(deps, target, connection_id, (message, at) => {
    if (message.deletedAt !== undefined) throw notFound('message')
    const { metadata: before, ...rest } = message
    const after = json ?? before
    if (hasContent(message, content, after)) return undefined
    return { ...rest, content, metadata: json, editedAt: at }
  })
}

/** Empties the caller's message: neither content nor metadata is kept. A repeated call changes nothing. */
export async function deleteMessage(
  deps: EditDeps,
  target: Target,
  { connection_id }: DeleteMessage = {},
): Promise<Message> {
  return await change(deps, target, connection_id, ({ metadata: _, ...message }, at) =>
    message.deletedAt === undefined ? { ...message, content: '', deletedAt: at } : undefined,
  )
}

/**
 * Empties a message as its sender would, and also removes its `client_message_id`. For operators: the sender need not
 * participate any more. A repeated call changes nothing.
 */
export async function eraseMessage(deps: EditDeps, target: Target): Promise<void> {
  const erase: Edit = ({ metadata: _metadata, clientMessageId: _id, ...message }, at) =>
    message.deletedAt === undefined ? { ...message, content: '', deletedAt: at } : undefined
  await change(deps, target, undefined, erase, () => true)
}

/**
 * Returns the changed message, or undefined if there is nothing to change; `at` is the time of the change, ISO 8601.
 */
type Edit = (message: MessageEntry, at: string) => MessageEntry | undefined

/** Changes a message and writes the entry that records the change, in one transaction. */
async function change(
  deps: EditDeps,
  target: Target,
  connectionId: string | undefined,
  edit: Edit,
  isAllowed = ({ participants }: ConversationHead) => participants.has(target.user),
): Promise<Message> {
  const { conversation: id, seq, user } = target
  const [before, message, connection] = await Promise.all([
    deps.conversations.head(id),
    deps.log.entry(id, seq),
    ownConnection(deps, user, connectionId),
  ])
  if (!before || !isAllowed(before)) throw notFound('conversation')
  const head = await withCurrentStart(deps, before)
  const isVisible = seq >= firstSeqOf(head)
  if (!isVisible || message?.kind !== 'message' || message.sender !== user) throw notFound('message')
  const edited = edit(message, new Date(timeAfter(head, deps.now())).toISOString())
  if (!edited) return toMessage(message, id, user, head.participants)

  const deletion = edited.deletedAt === undefined ? undefined : true
  const newEntry = { kind: 'message_updated', sender: user, targetSeq: seq, deletion } as const
  const done = await claim(deps, head, newEntry, async (placed, current) => {
    if (!isAllowed(current)) throw notFound('conversation')
    // The message may have expired while this call waited for a slot, and its `client_message_id` may belong to another
    // message.
    if (seq < firstSeqOf(current)) throw notFound('message')
    return await deps.log.update(id, placed, edited)
  })
  // The message was deleted in the meantime: start again with what is stored now.
  if (done === 'refused') return await change(deps, target, connectionId, edit, isAllowed)
  // The change is stored: a push that fails must not fail the call.
  const push = await entryPush(deps, head, done.entry).catch((error: unknown) => void deps.report(error))
  if (push) await deliver(deps, done.head, push, { via: 'rest', connection })
  return toMessage(push?.message ?? edited, id, user, done.head.participants)
}

function hasContent(message: MessageEntry, content: string, metadata: string | undefined): boolean {
  const parse = (json: string | undefined) => (json === undefined ? {} : { metadata: JSON.parse(json) })
  return (
    canonicalWords({ content: message.content, ...parse(message.metadata) }) ===
    canonicalWords({ content, ...parse(metadata) })
  )
}
