import type { ListQuery } from '../../../protocol/endpoints/conversations.ts'
import type { DataOf } from '../../../protocol/endpoints.ts'
import type { Conversation, Person } from '../../../protocol/model.ts'
import { allDone, concurrently } from '../../async.ts'
import { fitting } from '../../fitting.ts'
import { type ConversationHead, endOfHour, type Listed, type ListedInvitation } from '../../model.ts'
import { RESPONSE_BYTES } from '../../platform-limits.ts'
import { peopleOf, withoutPresence } from '../connections/people.ts'
import type { PeopleDeps, RestDeps } from '../deps.ts'
import { isQuiet, lastActivity } from '../entries/activity.ts'
import { toPerson } from '../entries/person.ts'
import { toConversation } from './conversation.ts'
import { formatPosition, type ListPosition, newestFirst, parsePosition } from './list-position.ts'
import { openAmong } from './sending-limits.ts'

const CONCURRENCY = 25

type Needs = PeopleDeps & Pick<RestDeps, 'conversations' | 'log' | 'retentionMs' | 'invitations' | 'secrets'>

interface Item extends ListPosition {
  readonly show: (people: ReadonlyMap<string, Person>) => Promise<Conversation>
  /** Users who participate or are invited. */
  readonly current: readonly string[]
  /** Users who are shown but no longer participate. */
  readonly former?: Iterable<string> | undefined
}

/** A row of the list, and the head that was read for it. */
interface Read {
  readonly listed: Listed
  readonly head: ConversationHead
}

/** A user's conversations and the open invitations that the user has sent, by last activity, newest first. */
export async function listConversations(
  deps: Needs,
  user: string,
  { limit, cursor }: ListQuery,
): Promise<DataOf<'GET /api/admin/chat/conversations'>> {
  const from = cursor === undefined ? undefined : await parsePosition(deps, user, cursor)
  const readAt = deps.now()
  const [listed, sent] = await Promise.all([deps.conversations.ofUser(user), deps.invitations.sentBy(user)])
  const pending = openAmong(sent.listed, deps.now()).filter(({ group }) => group === undefined)
  const invited = pending.map((invitation) => ofInvitation(user, invitation))
  const { items, reads } = await newest(deps, user, listed, { invited, from, max: limit + 1 })
  const page = items.slice(0, limit)
  const hasMore = items.length > limit
  const [shown] = await allDone([
    showPage(deps, page),
    // A list of one page needs no notes: all of it is read anyway.
    hasMore || from ? noteLastActivities(deps, user, reads, readAt) : undefined,
  ])
  const conversations = fitting(shown, RESPONSE_BYTES)
  const last = page[conversations.length - 1]
  return last && items.length > conversations.length
    ? { conversations, cursor: await formatPosition(deps, user, last) }
    : { conversations }
}

async function showPage(deps: Needs, page: readonly Item[]): Promise<readonly Conversation[]> {
  const people = await peopleOf(
    deps,
    page.flatMap(({ current }) => current),
    page.flatMap(({ former }) => [...(former ?? [])]),
  )
  // Each call of `show` may move the start of a log.
  return await allDone(page.map(({ show }) => show(people)))
}

/**
 * The first items after a position. Conversations are read in the order of their latest possible activity, until no
 * unread one can precede the items found so far. Each round reads as many conversations as all rounds before it
 * together, so that few rounds are enough even for many conversations.
 */
async function newest(
  deps: Needs,
  user: string,
  listed: readonly Listed[],
  {
    invited,
    from,
    max,
  }: { readonly invited: readonly Item[]; readonly from: ListPosition | undefined; readonly max: number },
): Promise<{ readonly items: readonly Item[]; readonly reads: readonly Read[] }> {
  const follows = (position: ListPosition) => !from || newestFirst(from, position) < 0
  const unread = listed
    .filter(({ id, lastAt }) => lastAt === undefined || follows({ id, at: lastAt }))
    .map((one) => ({ one, latest: latestActivity(one) }))
    .sort((a, b) => b.latest - a.latest)
  let items = invited.filter(follows).sort(newestFirst)
  const reads: Read[] = []
  for (let read = 0; ; ) {
    const end = items[max - 1]
    const endAt = end ? Date.parse(end.at) : Number.NEGATIVE_INFINITY
    const candidates = unread.filter(({ latest }) => latest >= endAt)
    if (candidates.length === 0) break
    const heads: Item[] = []
    const batch = unread.splice(0, Math.min(Math.max(max, read), candidates.length))
    read += batch.length
    await concurrently(batch, CONCURRENCY, async ({ one }) => {
      const head = await deps.conversations.head(one.id)
      if (!head?.participants.has(user)) return
      heads.push(ofHead(deps, user, head))
      reads.push({ listed: one, head })
    })
    items = [...items, ...heads.filter(follows)].sort(newestFirst)
  }
  return { items, reads }
}

/** The latest time at which a conversation can have been active, epoch milliseconds. */
function latestActivity({ listedAt, lastAt }: Listed): number {
  if (lastAt !== undefined) return Date.parse(lastAt)
  return listedAt === 0 ? Number.POSITIVE_INFINITY : endOfHour(listedAt)
}

/** Notes when quiet conversations were last active, so that the next pages can sort them without reading them. */
async function noteLastActivities(
  deps: Needs,
  user: string,
  reads: readonly Read[],
  readAt: number,
): Promise<void> {
  const notes = reads.filter(
    ({ listed, head }) => listed.lastAt !== lastActivity(head) && isQuiet(head, listed, readAt),
  )
  await concurrently(notes, CONCURRENCY, ({ listed, head }) =>
    deps.conversations.noteLastActivity(user, listed, lastActivity(head)).catch(deps.report),
  )
}

function ofHead(deps: Needs, reader: string, head: ConversationHead): Item {
  return {
    id: head.id,
    at: lastActivity(head),
    current: [...head.participants.keys()],
    former: head.former,
    show: (people) => toConversation(deps, head, reader, people),
  }
}

function ofInvitation(user: string, { id, to, createdAt }: ListedInvitation): Item {
  return {
    id,
    at: createdAt,
    current: [user, to],
    show: async (people) => {
      // The invited user does not share a conversation with the inviter yet, so presence stays private.
      const invited = withoutPresence(people.get(to) ?? toPerson(to))
      const participants = [people.get(user) ?? toPerson(user), invited]
      return {
        id,
        status: 'pending',
        is_group: false,
        participants,
        participant: invited,
        last_message: null,
        last_seq: 0,
        unread_count: 0,
        updated_at: createdAt,
      }
    },
  }
}
