import { encodeFrame } from '../../protocol/encode.ts'
import type { PushFrame } from '../../protocol/server-frames.ts'
import { fanOut } from '../delivery/fan-out.ts'
import type { ChannelConnection } from '../stores/channels.ts'
import type { ConversationHead } from '../stores/conversations.ts'
import type { Deps } from './deps.ts'
import { type Forgetting, forgetConnection } from './forget.ts'
import { type News, postsFor } from './news.ts'
import { type Audience, audience, joinedConnections, type Origin } from './recipients.ts'

type Needs = Forgetting & Pick<Deps, 'conversations' | 'poster'>

/** A REST call waits so long for pushes, the worker does the rest. */
const REST_WAITS = 300
/** A fan-out behind an acknowledgement ends well before the function does. */
const FAN_OUT_TAKES = 5000

/**
 * The personal channels of all participants. What is stored is stored: where they cannot be read,
 * those who have not joined miss a hint and the sender still gets an acknowledgement.
 */
export async function channelsOf(
  { connections, report }: Pick<Deps, 'connections' | 'report'>,
  { participants }: Pick<ConversationHead, 'participants'>,
): Promise<readonly ChannelConnection[]> {
  try {
    return await connections.channels(participants.keys())
  } catch (error) {
    report(error)
    return []
  }
}

/**
 * Tells a stored entry, and never fails what was stored. Those who had joined when the head was read are told
 * at once; meanwhile the joined connections are read again, after the commit, and whoever joined in between is
 * told too. Whoever cannot be told in time is left to the worker.
 */
export async function deliver(
  deps: Needs,
  head: ConversationHead,
  news: News,
  origin: Origin,
  channels: readonly ChannelConnection[],
): Promise<void> {
  try {
    await tell(deps, head, news, origin, channels)
  } catch (error) {
    deps.report(error)
  }
}

async function tell(
  deps: Needs,
  head: ConversationHead,
  news: News,
  origin: Origin,
  channels: readonly ChannelConnection[],
): Promise<void> {
  const { entry } = news
  const now = deps.now()
  const milliseconds = origin.via === 'rest' ? REST_WAITS : FAN_OUT_TAKES
  const joined = joinedConnections(head.participants, channels, now)
  const first = audience(entry.sender, origin, joined, channels, now)
  const [told, late] = await Promise.all([
    fanOut(deps.poster, postsFor(head, news, first), milliseconds),
    joinedSince(),
  ])
  const toldLate = await fanOut(deps.poster, postsFor(head, news, late), milliseconds)
  const undone = new Set([...told.undone, ...toldLate.undone].map(({ connection }) => connection))
  if (undone.size > 0) {
    await deps.tasks.send({
      task: 'deliver',
      conversation: head.id,
      seq: entry.seq,
      messageTo: [...first.message.keys(), ...late.message.keys()].filter((id) => undone.has(id)),
      updateTo: [...first.update.keys()].filter((id) => undone.has(id)),
    })
  }
  await removeGone(deps, head, joined, [...told.gone, ...toldLate.gone])

  async function joinedSince(): Promise<Audience> {
    const participants = await deps.conversations.participants(head.id)
    const since = new Map(
      [...joinedConnections(participants, channels, now)].filter(
        ([connection]) => !first.message.has(connection),
      ),
    )
    return { ...audience(entry.sender, origin, since, [], now), update: new Map() }
  }
}

/** Pushes a frame to every connection of one user; never fails what it tells of. */
export async function pushToUser(
  deps: Omit<Needs, 'conversations'>,
  user: string,
  push: PushFrame,
): Promise<void> {
  try {
    const channel = (await deps.connections.channel(user)).filter(
      ({ tokenExpiresAt }) => tokenExpiresAt > deps.now(),
    )
    const frame = encodeFrame(push)
    const posts = channel.map(({ id }) => ({ connection: id, frame }))
    const { gone } = await fanOut(deps.poster, posts, REST_WAITS)
    await Promise.all(gone.map((id) => forgetConnection(deps, id)))
  } catch (error) {
    deps.report(error)
  }
}

/**
 * By key, and nobody else's. Where the connection's own row had gone before, nothing names the entry that made us
 * post; it goes last, so that a removal which fails leaves a live connection whole.
 */
async function removeGone(
  deps: Forgetting,
  head: ConversationHead,
  joined: ReadonlyMap<string, string>,
  gone: readonly string[],
): Promise<void> {
  await Promise.all(
    gone.map(async (connection) => {
      await forgetConnection(deps, connection)
      const user = joined.get(connection)
      if (user !== undefined) await deps.joins.drop(head.id, user, connection)
    }),
  )
}
