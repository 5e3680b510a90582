import { encodeFrame } from '../../../protocol/encode.ts'
import type { PushFrame } from '../../../protocol/server-frames.ts'
import { concurrently, fanOut, type Post, REST_FAN_OUT_TIMEOUT_MS, WORKER_FAN_OUT_TIMEOUT_MS } from '../../delivery/fan-out.ts'
import type { TaskOf } from '../../stores/tasks.ts'
import { type CleanupDeps, cleanUpConnection } from '../connections/cleanup.ts'
import type { Deps } from '../deps.ts'

/** A frame for every connection of a user. */
export interface Push {
  readonly user: string
  readonly push: PushFrame
}

/** Tells users what no log holds; never fails what it tells of. */
export async function pushToUsers(
  deps: Pick<Deps, 'connections' | 'poster' | 'tasks' | 'report' | 'now'>,
  pushes: readonly Push[],
): Promise<void> {
  try {
    const frames = new Map(pushes.map(({ user, push }) => [user, encodeFrame(push)]))
    const channels = await deps.connections.userConnectionsOf(frames.keys())
    const posts = channels
      .filter(({ tokenExpiresAt }) => tokenExpiresAt > deps.now())
      .map(({ id, user }) => ({ connection: id, user, frame: frames.get(user) ?? '' }))
    await postWithin(deps, posts, REST_FAN_OUT_TIMEOUT_MS)
  } catch (error) {
    deps.report(error)
  }
}

/**
 * Posts to connections of several users for so many milliseconds. Who was not reached by then, or is gone, is left to the
 * worker: nobody waits until they have been reached or forgotten.
 *
 * @param conversation whose participants alone may hear of it
 */
export async function postWithin(
  { poster, tasks }: Pick<Deps, 'poster' | 'tasks'>,
  posts: readonly (Post & { readonly user: string })[],
  milliseconds: number,
  conversation?: string,
): Promise<void> {
  const { gone, undone } = await fanOut(poster, posts, milliseconds)
  const left = new Set([...gone, ...undone.map(({ connection }) => connection)])
  const ofUser = new Map<string, TaskOf<'push'>>()
  for (const { connection, user, frame } of posts) {
    if (!left.has(connection)) continue
    const connections = [...(ofUser.get(user)?.connections ?? []), connection]
    ofUser.set(user, { user, connections, frame, ...(conversation === undefined ? {} : { conversation }) })
  }
  await concurrently([...ofUser.values()], 25, (push) => tasks.send({ task: 'push', ...push }))
}

/** Posts what a call had no time for, to connections that are still the user's while their token counts. */
export async function pushRemaining(
  deps: CleanupDeps & Pick<Deps, 'conversations' | 'poster'>,
  { user, connections, frame, conversation }: TaskOf<'push'>,
): Promise<void> {
  const [channel, participants] = await Promise.all([
    deps.connections.userConnections(user),
    conversation === undefined ? undefined : deps.conversations.participants(conversation),
  ])
  if (participants && !participants.has(user)) return
  const posts = channel
    .filter(({ id, tokenExpiresAt }) => connections.includes(id) && tokenExpiresAt > deps.now())
    .map(({ id }) => ({ connection: id, frame }))
  const { gone } = await fanOut(deps.poster, posts, WORKER_FAN_OUT_TIMEOUT_MS)
  await concurrently(gone, 10, (id) => cleanUpConnection(deps, id))
}
