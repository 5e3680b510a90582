import { ChatError, unauthorized } from '../../../protocol/errors.ts'
import type { ClientFrame } from '../../../protocol/frames.ts'
import { limits } from '../../../protocol/limits.ts'
import { pause } from '../../async.ts'
import type { FrameSource, Registered } from '../../model.ts'
import type { Deps } from '../deps.ts'

type Needs = Pick<Deps, 'register' | 'memory'>

/** A connection that has not authenticated is closed within this time, unless its deadline task was lost. */
const WAITING_MS = limits.authenticationMs + 5000
/**
 * A join waits for the `authenticate` that was sent before it, but only if it arrives within `EARLY_MS` after the
 * connection opened, and for at most `MAX_PAUSE_MS`.
 */
const EARLY_MS = 2000
const MAX_PAUSE_MS = 500
const POLL_INTERVAL_MS = 50
/**
 * Once this many joins from an address have waited in vain within this time, further joins from it are refused at once.
 */
const MAX_FAILED_WAITS = 10
const FAILED_WAITS_MS = 60_000

/**
 * Throws if the connection of a frame has not authenticated: `unauthorized`, or the error of the frame if it is
 * malformed. Costs one read, or none if this container knows that the connection has authenticated.
 */
export async function requireAuthenticated(
  deps: Needs,
  source: FrameSource,
  frame: ClientFrame | ChatError,
): Promise<void> {
  const waiting = await findWaiting(deps, source)
  if (!waiting) return
  if (frame instanceof ChatError) throw frame
  if (frame.type === 'join_conversation' && (await authenticatesSoon(deps, source, waiting))) return
  throw unauthorized()
}

/** The connection of a frame, if it has not authenticated yet. Undefined if it has, or if it is not known. */
export async function findWaiting(
  { register, memory }: Needs,
  source: FrameSource,
): Promise<Registered | undefined> {
  const { connection, connectedAt, receivedAt } = source
  const { users, refused } = memory
  const isOld = receivedAt - connectedAt > WAITING_MS
  const found = isOld || users.has(connection) ? undefined : await register.find(refOf(source))
  if (found?.user !== undefined) users.set(connection, found.user)
  else if (found) {
    refused.set(connection, refused.get(connection) ?? 0)
    return found
  }
  refused.delete(connection)
  return undefined
}

/**
 * Counts a refused frame. True if its connection has not authenticated and has sent so many refused frames that it must
 * be closed. Each container counts separately.
 */
export function isCutOff({ refused }: Deps['memory'], connection: string): boolean {
  const count = refused.get(connection)
  if (count === undefined) return false
  refused.set(connection, count + 1)
  return count + 1 >= limits.unauthenticatedFrames
}

/**
 * Some clients join without waiting for the answer to `authenticate`. One join of each connection may therefore wait
 * for the authentication.
 */
async function authenticatesSoon(
  deps: Needs,
  source: FrameSource,
  { address }: Registered,
): Promise<boolean> {
  if (source.receivedAt - source.connectedAt > EARLY_MS) return false
  if (address !== undefined && hasOftenFailed(deps, address, source.receivedAt)) return false
  if (!(await deps.register.startWaiting(refOf(source)))) return false
  for (let pausedMs = 0; pausedMs < MAX_PAUSE_MS; pausedMs += POLL_INTERVAL_MS) {
    if (!(await findWaiting(deps, source))) return true
    await pause(POLL_INTERVAL_MS)
  }
  if (address !== undefined) countFailedWait(deps, address, source.receivedAt)
  return false
}

/** Each wait occupies a container, so strangers must not cause many. Each container counts for itself. */
function hasOftenFailed({ memory }: Needs, address: string, receivedAt: number): boolean {
  const recent = memory.failedWaits.get(address) ?? []
  return recent.filter((at) => at > receivedAt - FAILED_WAITS_MS).length >= MAX_FAILED_WAITS
}

function countFailedWait({ memory }: Needs, address: string, receivedAt: number): void {
  const recent = memory.failedWaits.get(address) ?? []
  memory.failedWaits.set(address, [...recent, receivedAt].slice(-MAX_FAILED_WAITS))
}

export const refOf = ({ connection, connectedAt }: FrameSource) => ({ id: connection, openedAt: connectedAt })
