import { ChatError, notFound } from '../../../protocol/errors.ts'
import { allDone } from '../../async.ts'
import type { ConversationHead, ParticipantEntry } from '../../model.ts'
import type { MembershipDeps } from '../deps.ts'
import { claim } from '../entries/commit.ts'
import { pushToUsers } from '../push/push-to-users.ts'
import { ownerChange, requireOwner } from './ownership.ts'
import { pushChange } from './push-change.ts'

/** The participation to end. */
interface Departure {
  readonly user: string
  /** The owner who removes the user; absent if the user leaves. */
  readonly removedBy?: string
  /** The caller's own connection, which receives no push; absent if the call does not name it. */
  readonly connection?: string | undefined
}

/**
 * Removes a participant, as of the entry that shows the removal to the others. If the owner leaves, the same
 * transaction makes the participant who joined first the owner. Does nothing if the user is no longer a participant.
 */
export async function depart(
  deps: MembershipDeps,
  head: ConversationHead,
  departure: Departure,
): Promise<void> {
  const { id } = head
  const { user, removedBy, connection } = departure
  if (!head.group) throw new ChatError('bad_request', 'id: is a conversation of two')
  const newEntry = { kind: 'participant_left' as const, sender: user, removedBy }
  const done = await claim(deps, head, newEntry, async (placed, before) => {
    if (removedBy !== undefined) requireOwner(before, removedBy)
    return await deps.memberships.leave(id, withOwner(placed, before), before.participants)
  })
  if (done === 'refused') {
    const current = await deps.conversations.head(id)
    if (current && isSameParticipation(user, head, current)) await depart(deps, current, departure)
    return
  }
  const change = removedBy === undefined ? 'left' : 'removed'
  deps.audit('membership_changed', { change, user, by: removedBy, conversation: id })
  const removed = { type: 'conversation_removed', conversation_id: id } as const
  await allDone([
    // An error does no harm: without the participant's row, the connections receive nothing, whatever their rows list.
    cleanUpSubscriptions(deps, user, id).catch(deps.report),
    pushChange(deps, done.head, withOwner(done.entry, done.head), connection),
    pushToUsers(deps, [{ user, push: removed, except: connection }]),
  ])
}

/** True if the user has not left in the meantime: then only the read cursor has moved. */
function isSameParticipation(user: string, before: ConversationHead, current: ConversationHead): boolean {
  const participant = current.participants.get(user)
  return participant !== undefined && participant.joinedSeq === before.participants.get(user)?.joinedSeq
}

function withOwner(entry: ParticipantEntry, { group, participants }: ConversationHead): ParticipantEntry {
  if (!group) return entry
  const remaining = new Map([...participants].filter(([user]) => user !== entry.sender))
  return { ...entry, ...ownerChange(group, remaining) }
}

async function cleanUpSubscriptions(
  { subscriptions, connections }: MembershipDeps,
  user: string,
  id: string,
): Promise<void> {
  const ids = (await connections.userConnections(user)).map((connection) => connection.id)
  await subscriptions.removeConversation(id, user, ids)
}

/** Throws unless the user is a former participant. */
export async function requireDeparture(
  { memberships }: MembershipDeps,
  id: string,
  user: string,
  what: string,
): Promise<void> {
  if (!(await memberships.hasLeft(id, user))) throw notFound(what)
}
