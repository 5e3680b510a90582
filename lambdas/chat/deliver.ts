import type { PushFrame } from '../../protocol/server-frames.ts'
import { encodeFrame } from '../../protocol/server-frames.ts'
import { fanOut, type Post } from '../delivery/fan-out.ts'
import type { ChannelConnection } from '../stores/connections.ts'
import type { ConversationHead } from '../stores/conversations.ts'
import type { Entry } from '../stores/log.ts'
import type { Deps } from './deps.ts'
import { forgetConnection } from './forget.ts'
import { toMessage, unreadCount } from './messages.ts'
import { audience, joinedConnections, type Origin } from './recipients.ts'

type Needs = Pick<Deps, 'connections' | 'conversations' | 'poster' | 'report' | 'now'>

/**
 * The personal channels of all participants. What is stored is stored: where a channel cannot be read, its
 * user misses a hint and the sender still gets an acknowledgement.
 */
export async function channelsOf(
  { connections, report }: Pick<Deps, 'connections' | 'report'>,
  { participants }: Pick<ConversationHead, 'participants'>,
): Promise<readonly ChannelConnection[]> {
  const channels = await Promise.all(
    [...participants.keys()].map(async (user) => {
      try {
        return await connections.channel(user)
      } catch (error) {
        report(error)
        return []
      }
    }),
  )
  return channels.flat()
}

/**
 * Tells a stored message, and never fails what was stored. Those who had joined when the head was read are told at once; meanwhile the joined
 * connections are read again, after the commit, and whoever joined in between is told too.
 */
export async function deliver(
  deps: Needs,
  head: ConversationHead,
  entry: Entry,
  origin: Origin,
  channels: readonly ChannelConnection[],
): Promise<void> {
  try {
    await tell(deps, head, entry, origin, channels)
  } catch (error) {
    deps.report(error)
  }
}

async function tell(
  deps: Needs,
  head: ConversationHead,
  entry: Entry,
  origin: Origin,
  channels: readonly ChannelConnection[],
): Promise<void> {
  const now = deps.now()
  const joined = joinedConnections(head.participants, now)
  const first = audience(entry.sender, origin, joined, channels, now)
  const message = encodeFrame({
    type: 'new_message',
    conversation_id: head.id,
    message: toMessage(entry, head.id, '', new Map()),
  })
  const posts: Post[] = [
    ...[...first.message].map((connection) => ({ connection, frame: message })),
    ...[...first.update].map(([connection, user]) => ({ connection, frame: updateFrame(head, entry, user) })),
  ]
  const [gone, late] = await Promise.all([fanOut(deps.poster, posts), joinedSince()])
  const alsoGone = await fanOut(
    deps.poster,
    late.map((connection) => ({ connection, frame: message })),
  )
  await removeGone(deps, head, joined, [...gone, ...alsoGone])

  async function joinedSince(): Promise<readonly string[]> {
    const participants = await deps.conversations.participants(head.id)
    const nowJoined = joinedConnections(participants, now)
    return [...audience(entry.sender, origin, nowJoined, [], now).message].filter(
      (id) => !first.message.has(id),
    )
  }
}

function updateFrame(head: ConversationHead, entry: Entry, user: string): string {
  const participant = head.participants.get(user)
  const unread = participant && unreadCount(participant, entry)
  const frame: PushFrame = {
    type: 'conversation_updated',
    conversation_id: head.id,
    last_seq: entry.seq,
    last_message: toMessage(entry, head.id, user, head.participants),
    ...(unread === undefined ? {} : { unread_count: unread }),
  }
  return encodeFrame(frame)
}

/** Pushes a frame to every connection of one user; never fails what it tells of. */
export async function pushToUser(deps: Needs, user: string, push: PushFrame): Promise<void> {
  try {
    const channel = (await deps.connections.channel(user)).filter(
      ({ tokenExpiresAt }) => tokenExpiresAt > deps.now(),
    )
    const frame = encodeFrame(push)
    const gone = await fanOut(
      deps.poster,
      channel.map(({ id }) => ({ connection: id, frame })),
    )
    await Promise.all(gone.map((id) => forgetConnection(deps, id)))
  } catch (error) {
    deps.report(error)
  }
}

/** By key, and nobody else's: also where the connection's own row has gone before. */
async function removeGone(
  deps: Needs,
  head: ConversationHead,
  joined: ReadonlyMap<string, string>,
  gone: readonly string[],
): Promise<void> {
  await Promise.all(
    gone.flatMap((connection) => {
      const user = joined.get(connection)
      const stale = user === undefined ? [] : [deps.conversations.leave(head.id, user, connection)]
      return [forgetConnection(deps, connection), ...stale]
    }),
  )
}
