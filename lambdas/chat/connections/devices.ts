import { ChatError } from '../../../protocol/errors.ts'
import { limits } from '../../../protocol/limits.ts'
import { allDone } from '../../async.ts'
import type { ConversationDeps } from '../deps.ts'
import { cleanUpConnection } from './cleanup.ts'
import { closeWithReason } from './close.ts'

/** Time for the client to receive the answer to `authenticate` before its old connection is closed. */
const RETIRE_DELAY_SECONDS = 1

/** A connection that has just authenticated, and its user. */
interface Newcomer {
  readonly id: string
  readonly user: string
  /** The older connection that it replaces, as named by the client. */
  readonly replaces?: string | undefined
}

/** Retires the connection that a new one of the same user replaces, and connections beyond the limit. */
export async function makeRoom(deps: ConversationDeps, { id, user, replaces }: Newcomer): Promise<void> {
  const listed = (await deps.connections.userConnections(user)).map((connection) => connection.id)
  const replaced = listed.find((other) => other === replaces && other !== id)
  if (replaced !== undefined)
    await deps.tasks.send({ task: 'retire', connection: replaced }, RETIRE_DELAY_SECONDS)
  const others = listed.filter((other) => other !== id && other !== replaced)
  if (others.length >= limits.connectionsPerUser) await removeSurplus(deps, user, others)
}

/** First removes connections that no longer exist, then retires those that were silent longest. */
async function removeSurplus(deps: ConversationDeps, user: string, others: readonly string[]): Promise<void> {
  const open = (await deps.connections.openConnections(user)).filter(({ id }) => others.includes(id))
  const ended = others.filter((other) => !open.some(({ id }) => id === other))
  await allDone(
    ended.map(async (id) => {
      await cleanUpConnection(deps, id)
      await deps.connections.removeUserConnection(user, id)
    }),
  )
  const existing = await allDone(
    open.map(async (connection) => {
      if (await deps.poster.exists(connection.id)) return [connection]
      await cleanUpConnection(deps, connection.id)
      return []
    }),
  )
  const longestSilentFirst = existing
    .flat()
    .toSorted((a, b) => a.heardAt - b.heardAt || (a.id < b.id ? -1 : 1))
  const surplus = longestSilentFirst.slice(
    0,
    Math.max(0, longestSilentFirst.length + 1 - limits.connectionsPerUser),
  )
  await allDone(surplus.map(({ id }) => retire(deps, id)))
}

/** Closes a connection that a newer one replaces. */
export const retire = (deps: ConversationDeps, id: string): Promise<void> =>
  closeWithReason(deps, id, new ChatError('replaced', 'a newer connection took the place of this one'))
