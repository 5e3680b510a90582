import { limits } from '../../../protocol/limits.ts'
import { concurrently } from '../../async.ts'
import type { InvitationKind, ListedInvitation, SendingLimits, SentInvitations } from '../../model.ts'
import { dismissOnSight } from '../connections/dismiss-user.ts'
import type { RestDeps } from '../deps.ts'
import { rateLimited } from '../rates.ts'

const DAY_MS = 86_400_000
/** How long to wait if too many invitations are open: a constant, because the time of the next answer is unknown. */
const RETRY_OPEN_MS = 60_000
const END_CONCURRENCY = 10

/** An invitation to one user, or to one user and group. */
type Invitee = Pick<ListedInvitation, 'to' | 'group'>

/**
 * The conditions for storing a user's invitations to these users. They make concurrent invitations count too. Throws
 * `rate_limited` if the user has too many open invitations, or has invited one of them too often.
 */
export async function sendingLimits(
  deps: RestDeps,
  from: string,
  invitees: readonly Invitee[],
): Promise<SendingLimits> {
  const kind: InvitationKind = invitees[0]?.group ? 'groups' : 'pairs'
  const { sent, open, sentTo } = await openOf(deps, from, kind, invitees.length)
  const room = roomFor(kind) - open.length - invitees.length
  if (room < 0) throw rateLimited('open invitations', RETRY_OPEN_MS)
  const waitMs = Math.max(0, ...invitees.map((invitee) => waitUntilNext(sentTo(invitee), deps.now())))
  if (waitMs > 0) throw rateLimited('invitations to this user', waitMs)
  return { maxSent: sent[kind] + room, sentTo }
}

const roomFor = (kind: InvitationKind) =>
  kind === 'pairs' ? limits.pendingInvitations : limits.pendingGroupInvitations

/** How long to wait until one more invitation is allowed. */
function waitUntilNext(times: readonly number[], now: number): number {
  const oldest = times.at(-limits.invitationsPerDay)
  return oldest === undefined ? 0 : oldest + DAY_MS - now
}

/** The open invitations of one kind. If the limit is reached, withdraws those to former administrators. */
async function openOf(
  deps: RestDeps,
  from: string,
  kind: InvitationKind,
  count: number,
): Promise<SentInvitations & { readonly open: readonly ListedInvitation[] }> {
  const read = async () => {
    const sent = await deps.invitations.sentBy(from)
    return { ...sent, open: openAmong(sent.listed, deps.now()).filter((each) => kindOf(each) === kind) }
  }
  const before = await read()
  if (before.open.length + count <= roomFor(kind)) return before
  const readAt = deps.now()
  const people = await deps.users.findAll(before.open.map(({ to }) => to))
  const former = before.open.filter(({ to }) => people.get(to)?.role !== 'admin')
  if (former.length === 0) return before
  await dismissOnSight(
    deps,
    former.map(({ to }) => to),
    readAt,
  )
  await concurrently(
    former,
    END_CONCURRENCY,
    async (each) => void (await deps.invitations.end(each, 'withdrawn')),
  )
  return await read()
}

/** The invitations that have not expired. */
export const openAmong = <T extends Pick<ListedInvitation, 'expiresAt'>>(listed: readonly T[], now: number) =>
  listed.filter(({ expiresAt }) => expiresAt > now)

const kindOf = ({ group }: Invitee): InvitationKind => (group ? 'groups' : 'pairs')
