import { encodeFrame } from '../../../protocol/encode.ts'
import type { PushFrame } from '../../../protocol/server-frames.ts'
import { concurrently, type TimeLimit } from '../../async.ts'
import { fanOut, type Post, REST_TIME_LIMIT, WORKER_TIME_LIMIT } from '../../delivery/fan-out.ts'
import type { TaskOf } from '../../model.ts'
import { postFrames } from '../connections/post-frames.ts'
import type { ConversationDeps } from '../deps.ts'
import { pointerOf } from './pointer.ts'

const QUEUE_CONCURRENCY = 25

/** A frame for every connection of a user. */
export interface Push {
  readonly user: string
  readonly push: PushFrame
  /** A connection of the user that receives nothing; naming another user's connection has no effect. */
  readonly except?: string | undefined
}

/** Pushes frames that are not entries of a log; never fails. */
export async function pushToUsers(deps: ConversationDeps, pushes: readonly Push[]): Promise<void> {
  try {
    const connections = await deps.connections.userConnectionsOf(new Set(pushes.map(({ user }) => user)))
    const reachable = connections.filter(({ tokenExpiresAt }) => tokenExpiresAt > deps.now())
    const posts = pushes.flatMap(({ user, push, except }) => {
      const texts = { frame: encodeFrame(push), ...pointerOf(push) }
      return reachable
        .filter((connection) => connection.user === user && connection.id !== except)
        .map(({ id }) => ({ connection: id, user, ...texts }))
    })
    await postWithin(deps, posts, REST_TIME_LIMIT)
  } catch (error) {
    deps.report(error)
  }
}

/**
 * Posts to connections of several users. Connections that are not reached in time, or are gone, are left to the worker,
 * so that the caller waits neither for them nor for their cleanup.
 *
 * @param conversation set if only the participants of this conversation may receive the frames
 */
export async function postWithin(
  { poster, tasks }: ConversationDeps,
  posts: readonly (Post & { readonly user: string })[],
  limit: TimeLimit,
  conversation?: string,
): Promise<void> {
  const { gone, undone } = await fanOut(poster, posts, limit)
  const [toGone, toDo] = [new Set(gone), new Set<Post>(undone)]
  const byFrame = new Map<string, TaskOf<'push'>>()
  for (const post of posts) {
    const { connection, user, frame, pointer } = post
    if (!toGone.has(connection) && !toDo.has(post)) continue
    const key = `${user} ${frame}`
    const connections = [...(byFrame.get(key)?.connections ?? []), connection]
    byFrame.set(key, { user, connections, frame, pointer, conversation })
  }
  await concurrently([...byFrame.values()], QUEUE_CONCURRENCY, (push) =>
    tasks.send({ task: 'push', ...push }),
  )
}

/** Posts a frame to connections that were not reached in time, if they still belong to the user with a valid token. */
export async function pushRemaining(
  deps: ConversationDeps,
  { user, connections, frame, pointer, conversation }: TaskOf<'push'>,
): Promise<void> {
  const [userConnections, participants] = await Promise.all([
    deps.connections.userConnections(user),
    conversation === undefined ? undefined : deps.conversations.participants(conversation),
  ])
  if (participants && !participants.has(user)) return
  const posts = userConnections
    .filter(({ id, tokenExpiresAt }) => connections.includes(id) && tokenExpiresAt > deps.now())
    .map(({ id }) => ({ connection: id, frame, ...(pointer === undefined ? {} : { pointer }) }))
  await postFrames(deps, posts, WORKER_TIME_LIMIT)
}
