import { concurrently, fanOut, REST_FAN_OUT_TIMEOUT_MS } from '../../delivery/fan-out.ts'
import type { ConversationHead } from '../../stores/conversations.ts'
import type { UserConnection } from '../../stores/user-connections.ts'
import { type CleanupDeps, cleanUpConnection } from '../connections/cleanup.ts'
import type { Deps } from '../deps.ts'
import { type Audience, audience, joinedConnections, type Origin } from './audience.ts'
import { type EntryPush, toPushFrames } from './push-frames.ts'

type Needs = CleanupDeps & Pick<Deps, 'conversations' | 'poster'>

/** A fan-out behind an acknowledgement ends before the function does, which may have competed for a place until now. */
const FAN_OUT_TAKES = 4000

/**
 * The personal channels of all participants. What is stored is stored: where they cannot be read,
 * those who have not joined miss a hint and the sender still gets an acknowledgement.
 */
export async function participantConnections(
  { connections, report }: Pick<Deps, 'connections' | 'report'>,
  { participants }: Pick<ConversationHead, 'participants'>,
): Promise<readonly UserConnection[]> {
  try {
    return await connections.userConnectionsOf(participants.keys())
  } catch (error) {
    report(error)
    return []
  }
}

/**
 * Tells a stored entry, and never fails what was stored. Those who had joined when the head was read are told
 * at once; meanwhile the joined connections are read again, after the commit, and whoever joined in between is
 * told too. Whoever cannot be told in time is left to the worker; over REST also who is gone, because nobody may wait
 * until they are forgotten.
 *
 * @param channels of the head's participants, as they were just before the commit; without them it is read now who is to be told
 */
export async function deliver(
  deps: Needs,
  head: ConversationHead,
  news: EntryPush,
  origin: Origin,
  channels?: readonly UserConnection[],
): Promise<void> {
  try {
    await tell(deps, head, news, origin, channels)
  } catch (error) {
    deps.report(error)
  }
}

async function tell(
  deps: Needs,
  before: ConversationHead,
  news: EntryPush,
  origin: Origin,
  early: readonly UserConnection[] | undefined,
): Promise<void> {
  const { entry } = news
  const isAwaited = origin.via === 'rest'
  const until = deps.now() + (isAwaited ? REST_FAN_OUT_TIMEOUT_MS : FAN_OUT_TAKES)
  const timeLeft = () => Math.max(0, until - deps.now())
  const head = early ? before : { ...before, participants: await deps.conversations.participants(before.id) }
  const channels = early ?? (await participantConnections(deps, head))
  const now = deps.now()
  const joined = joinedConnections(head.participants, channels, now)
  const first = audience(entry.sender, origin, joined, channels, now)
  const [told, late] = await Promise.all([
    fanOut(deps.poster, toPushFrames(head, news, first), timeLeft()),
    early ? joinedSince() : nobody,
  ])
  const toldLate = await fanOut(deps.poster, toPushFrames(head, news, late), timeLeft())
  const gone = [...told.gone, ...toldLate.gone]
  const undone = [...told.undone, ...toldLate.undone].map(({ connection }) => connection)
  const left = new Set([...undone, ...(isAwaited ? gone : [])])
  if (left.size > 0) {
    await deps.tasks.send({
      task: 'deliver',
      conversation: head.id,
      seq: entry.seq,
      messageTo: [...first.message.keys(), ...late.message.keys()].filter((id) => left.has(id)),
      updateTo: [...first.update.keys()].filter((id) => left.has(id)),
    })
  }
  if (!isAwaited) await removeGone(deps, head, joined, gone)

  /** Never fails, so that what goes on beside it is awaited. */
  async function joinedSince(): Promise<Audience> {
    try {
      const participants = await deps.conversations.participants(head.id)
      const since = new Map(
        [...joinedConnections(participants, channels, now)].filter(
          ([connection]) => !first.message.has(connection),
        ),
      )
      return { ...audience(entry.sender, origin, since, [], now), update: new Map() }
    } catch (error) {
      deps.report(error)
      return nobody
    }
  }
}

const nobody: Audience = { message: new Map(), update: new Map() }

/**
 * By key, and nobody else's. Where the connection's own row had gone before, nothing names the entry that made us
 * post; it goes last, so that a removal which fails leaves a live connection whole.
 */
export async function removeGone(
  deps: CleanupDeps,
  head: ConversationHead,
  joined: ReadonlyMap<string, string>,
  gone: readonly string[],
): Promise<void> {
  await concurrently(gone, 10, async (connection) => {
    await cleanUpConnection(deps, connection)
    const user = joined.get(connection)
    if (user !== undefined) await deps.subscriptions.drop(head.id, user, connection)
  })
}
