import { concurrently } from '../../../lambdas/async.ts'
import type { Connection, Registered } from '../../../lambdas/model.ts'
import { CONNECTION_LIFETIME_MS } from '../../../lambdas/platform-limits.ts'
import type { OperatorDeps } from '../../target.ts'

/** A connection that has authenticated. */
export type Connected = Connection & { readonly user: string }

export interface Connections {
  /** By user, and by the time at which they opened. */
  readonly connected: readonly Connected[]
  /** How many other connections are open but have not authenticated yet. */
  readonly waiting: number
}

/** Clocks differ, and a connection may open while this runs. */
const MARGIN_MS = 60_000
/** A page in use sends a `ping` every minute. After a longer silence, API Gateway is asked. */
const SILENCE_MS = 90_000
const CHECK_CONCURRENCY = 10

/** Every open connection. */
export async function allConnections(deps: OperatorDeps): Promise<Connections> {
  const registered = await registeredConnections(deps)
  const authenticated = registered.filter(({ user }) => user !== undefined)
  const found = await deps.connections.inspectAll(authenticated.map(({ id }) => id))
  const open = [...found.values()].filter(({ closing }) => !closing)
  return { connected: await existing(deps, open), waiting: registered.length - authenticated.length }
}

/** The open connections of one user. */
export async function connectionsOf(deps: OperatorDeps, user: string): Promise<Connections> {
  return { connected: await existing(deps, await deps.connections.openConnections(user)), waiting: 0 }
}

/** Every connection that has a row, whether or not it has authenticated. */
export function registeredConnections({ register, now }: OperatorDeps): Promise<readonly Registered[]> {
  const at = now()
  return register.openedBetween(at - CONNECTION_LIFETIME_MS - MARGIN_MS, at + MARGIN_MS)
}

/** Leaves out connections that have ended, even if the chat has not noticed this yet. */
async function existing(
  { poster, now }: OperatorDeps,
  connections: readonly Connection[],
): Promise<readonly Connected[]> {
  const gone = new Set<string>()
  const silent = connections.filter(({ heardAt }) => heardAt + SILENCE_MS <= now())
  await concurrently(silent, CHECK_CONCURRENCY, async ({ id }) => {
    if (!(await poster.exists(id))) gone.add(id)
  })
  return connections
    .flatMap(({ user, ...connection }) => (user === undefined ? [] : [{ ...connection, user }]))
    .filter(({ id }) => !gone.has(id))
    .sort((one, other) =>
      one.user === other.user ? one.openedAt - other.openedAt : one.user < other.user ? -1 : 1,
    )
}
