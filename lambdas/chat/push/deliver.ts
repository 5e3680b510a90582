import { FRAME_TIME_LIMIT, fanOut, REST_TIME_LIMIT } from '../../delivery/fan-out.ts'
import type { ConversationHead, UserConnection } from '../../model.ts'
import { cleanUpGone } from '../connections/cleanup.ts'
import type { ConnectionDeps, ConversationDeps } from '../deps.ts'
import { type Audience, audience, joinedConnections, type Origin } from './audience.ts'
import { type EntryPush, toPushFrames } from './push-frames.ts'

/**
 * The connections of all participants. Never fails: if they cannot be read, the message is stored all the same, and
 * connections that have not joined miss a push.
 */
export async function participantConnections(
  { connections, report }: ConnectionDeps,
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
 * Pushes a stored entry; never fails. Connections that had joined when the head was read receive it at once. In
 * parallel, after the commit, the joined connections are read again, and those that have joined in between receive it
 * too. Connections that cannot be reached in time are left to the worker. Over REST, so are connections that are gone,
 * because the caller does not wait for their cleanup.
 *
 * @param early connections of the head's participants, read in parallel with the commit; if absent, participants and
 *   connections are read now
 */
export async function deliver(
  deps: ConversationDeps,
  before: ConversationHead,
  push: EntryPush,
  origin: Origin,
  early?: readonly UserConnection[],
): Promise<void> {
  try {
    const { entry } = push
    const isRest = origin.via === 'rest'
    const limit = isRest ? REST_TIME_LIMIT : FRAME_TIME_LIMIT
    const deadline = deps.now() + limit.totalMs
    const timeLeft = () => ({ ...limit, totalMs: Math.max(0, deadline - deps.now()) })
    const head = early
      ? before
      : { ...before, participants: await deps.conversations.participants(before.id) }
    const userConnections = early ?? (await participantConnections(deps, head))
    const now = deps.now()
    const joined = joinedConnections(head.participants, userConnections, now)
    const first = audience(entry.sender, origin, joined, userConnections, now)
    const [posted, late] = await Promise.all([
      fanOut(deps.poster, toPushFrames(head, push, first), timeLeft()),
      early ? joinedSince() : noAudience,
    ])
    const postedLate = await fanOut(deps.poster, toPushFrames(head, push, late), timeLeft())
    const gone = [...posted.gone, ...postedLate.gone]
    const undone = [...posted.undone, ...postedLate.undone].map(({ connection }) => connection)
    const remaining = new Set([...undone, ...(isRest ? gone : [])])
    if (remaining.size > 0) {
      await deps.tasks.send({
        task: 'deliver',
        conversation: head.id,
        seq: entry.seq,
        messageTo: [...first.message.keys(), ...late.message.keys()].filter((id) => remaining.has(id)),
        updateTo: [...first.update.keys()].filter((id) => remaining.has(id)),
      })
    }
    if (!isRest) await cleanUpGone(deps, gone, { conversation: head.id, connections: joined })

    /** Never fails, so that the fan-out in parallel is always awaited. */
    async function joinedSince(): Promise<Audience> {
      try {
        const participants = await deps.conversations.participants(head.id)
        const since = new Map(
          [...joinedConnections(participants, userConnections, now)].filter(
            ([connection]) => !first.message.has(connection),
          ),
        )
        return { ...audience(entry.sender, origin, since, [], now), update: new Map() }
      } catch (error) {
        deps.report(error)
        return noAudience
      }
    }
  } catch (error) {
    deps.report(error)
  }
}

const noAudience: Audience = { message: new Map(), update: new Map() }
