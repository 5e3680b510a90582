import { notFound } from '../../../protocol/errors.ts'
import type { Message } from '../../../protocol/model.ts'
import type { EditMessage } from '../../../protocol/endpoints/messages.ts'
import type { MessageEntry } from '../../stores/log.ts'
import type { Forgetting } from '../connections/cleanup.ts'
import type { Deps } from '../deps.ts'
import { claim } from '../entries/commit.ts'
import { draftHash, toMessage } from '../entries/message.ts'
import { deliver } from '../push/deliver.ts'
import { newsOf } from '../push/push-frames.ts'
import { ownConnection } from './send.ts'

type Needs = Forgetting & Pick<Deps, 'conversations' | 'log' | 'poster' | 'rates' | 'newId'>

/** Where a message stands, and who wants to change it. */
export interface Target {
  readonly conversation: string
  readonly seq: number
  readonly user: string
}

/** Gives a message of the caller other words. The same words again change nothing and tell nobody. */
export async function editMessage(
  deps: Needs,
  target: Target,
  { content, metadata, connection_id }: EditMessage,
): Promise<Message> {
  const json = metadata === undefined ? undefined : JSON.stringify(metadata)
  return await change(deps, target, connection_id, (message) => {
    if (message.deletedAt !== undefined) throw notFound('message')
    const { metadata: before, ...rest } = message
    const after = json ?? before
    if (sameWords(message, content, after)) return undefined
    return { ...rest, content, ...(json === undefined ? {} : { metadata: json }), editedAt: now(deps) }
  })
}

/** Empties a message of the caller: nothing of what it said is kept. Repeated, it changes nothing more. */
export async function deleteMessage(deps: Needs, target: Target): Promise<Message> {
  return await change(deps, target, undefined, ({ metadata: _, ...message }) =>
    message.deletedAt === undefined ? { ...message, content: '', deletedAt: now(deps) } : undefined,
  )
}

/**
 * Changes a message and writes the entry that says so, both or neither.
 *
 * @param edit what the message becomes; nothing if it is that already
 */
async function change(
  deps: Needs,
  target: Target,
  connectionId: string | undefined,
  edit: (message: MessageEntry) => MessageEntry | undefined,
): Promise<Message> {
  const { conversation: id, seq, user } = target
  const [head, message, connection] = await Promise.all([
    deps.conversations.head(id),
    deps.log.entry(id, seq),
    ownConnection(deps, user, connectionId),
  ])
  if (!head?.participants.has(user)) throw notFound('conversation')
  if (message?.kind !== 'message' || message.sender !== user) throw notFound('message')
  const edited = edit(message)
  if (!edited) return toMessage(message, id, user, head.participants)

  const said = { kind: 'message_updated' as const, sender: user, targetSeq: seq }
  const done = await claim(deps, head, said, async (placed, current) => {
    if (!current.participants.has(user)) throw notFound('conversation')
    const outcome = await deps.log.update(id, placed, edited)
    if (outcome === 'refused') return undefined
    return outcome === 'stored' ? { entry: placed, head: current } : outcome
  })
  // It was deleted meanwhile: what stands now is looked at again.
  if (!done) return await change(deps, target, connectionId, edit)
  const origin = { via: 'rest' as const, ...(connection === undefined ? {} : { connection }) }
  const news = await newsOf(deps, id, done.entry)
  await deliver(deps, done.head, news, origin)
  return toMessage(news.message ?? edited, id, user, done.head.participants)
}

const now = (deps: Needs) => new Date(deps.now()).toISOString()

function sameWords(message: MessageEntry, content: string, metadata: string | undefined): boolean {
  const parse = (json: string | undefined) => (json === undefined ? {} : { metadata: JSON.parse(json) })
  return (
    draftHash({ content: message.content, ...parse(message.metadata) }) ===
    draftHash({ content, ...parse(metadata) })
  )
}
