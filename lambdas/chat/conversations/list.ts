import type { ListQuery } from '../../../protocol/endpoints/conversations.ts'
import type { DataOf } from '../../../protocol/endpoints.ts'
import type { Conversation, Person } from '../../../protocol/model.ts'
import { concurrently } from '../../async.ts'
import { type ConversationHead, hourOf, type Listed, type ListedInvitation } from '../../model.ts'
import { peopleOf, withoutPresence } from '../connections/people.ts'
import type { RestDeps } from '../deps.ts'
import { toPerson } from '../entries/person.ts'
import { toConversation } from './conversation.ts'
import { formatPosition, type ListPosition, newestFirst, parsePosition } from './list-position.ts'
import { openAmong } from './sending-limits.ts'

/** More late ids would make the cursor too long; the next page then reads every conversation. */
const MAX_LATE_IDS = 40

/** The most that a sender's clock may be behind. */
const CLOCK_SKEW_MS = 60_000
const HOUR_MS = 3_600_000
const READ_CONCURRENCY = 25

interface Item extends ListPosition {
  readonly show: (people: ReadonlyMap<string, Person>) => Promise<Conversation>
  /** Users who participate or are invited. */
  readonly current: readonly string[]
  /** Users who are shown but no longer participate. */
  readonly former?: Iterable<string> | undefined
}

/** A user's conversations and the open invitations that the user has sent, by last activity, newest first. */
export async function listConversations(
  deps: RestDeps,
  user: string,
  { limit, cursor }: ListQuery,
): Promise<DataOf<'GET /api/admin/chat/conversations'>> {
  const from = cursor === undefined ? undefined : await parsePosition(deps, user, cursor)
  const readIn = Math.floor((deps.now() - CLOCK_SKEW_MS) / HOUR_MS)
  const [listed, sent] = await Promise.all([deps.conversations.ofUser(user), deps.invitations.sentBy(user)])
  const pending = openAmong(sent.listed, deps.now()).filter(({ group }) => group === undefined)
  const invited = pending.map((invitation) => ofInvitation(user, invitation))
  const { items, activeHours } = await newest(deps, user, listed, { invited, from, max: limit + 1 })
  const [page, rest] = [items.slice(0, limit), items.slice(limit)]
  const people = await peopleOf(
    deps,
    page.flatMap(({ current }) => current),
    page.flatMap(({ former }) => [...(former ?? [])]),
  )
  const conversations = await Promise.all(page.map(({ show }) => show(people)))
  const last = page.at(-1)
  if (!last || rest.length === 0) return { conversations }
  // The next page would skip these, because their listed hour is later than their last activity.
  const late = rest
    .filter(({ id }) => {
      const hour = activeHours.get(id) ?? 0
      return hour > hourOf(last.at) && hour < readIn
    })
    .map(({ id }) => id)
  const resume = late.length > MAX_LATE_IDS ? { readIn: 0 } : { readIn, late }
  return { conversations, cursor: await formatPosition(deps, user, { at: last.at, id: last.id, ...resume }) }
}

/**
 * The first items after a position. Heads are read in the order of their listed hours, which are never too early, until
 * no unread head can precede the items that were found. All conversations of the same hour as the last item must be
 * read. Each round reads as many as all rounds before it, so that even many take few rounds.
 */
async function newest(
  deps: RestDeps,
  user: string,
  listed: readonly Listed[],
  {
    invited,
    from,
    max,
  }: { readonly invited: readonly Item[]; readonly from: ListPosition | undefined; readonly max: number },
): Promise<{ readonly items: readonly Item[]; readonly activeHours: ReadonlyMap<string, number> }> {
  const fromHour = from ? hourOf(from.at) : Number.POSITIVE_INFINITY
  // Since then, a sender may have listed an hour and then crashed, or merely repeated an earlier message.
  const readIn = from?.readIn ?? Number.POSITIVE_INFINITY
  const late = new Set(from?.late)
  const unread = listed
    .filter(({ id, activeHour }) => activeHour <= fromHour || activeHour >= readIn || late.has(id))
    .sort((a, b) => b.activeHour - a.activeHour)
  const follows = (item: Item) => !from || newestFirst(from, item) < 0
  let items = invited.filter(follows).sort(newestFirst)
  const activeHours = new Map<string, number>()
  for (let read = 0; ; ) {
    const end = items[max - 1]
    const candidates = end ? unread.filter(({ activeHour }) => activeHour >= hourOf(end.at)) : unread
    if (candidates.length === 0) break
    const heads: Item[] = []
    const batch = unread.splice(0, Math.min(Math.max(max, read), candidates.length))
    read += batch.length
    await concurrently(batch, READ_CONCURRENCY, async ({ id, activeHour }) => {
      const head = await deps.conversations.head(id)
      if (!head?.participants.has(user)) return
      heads.push(ofHead(deps, user, head))
      activeHours.set(id, activeHour)
    })
    items = [...items, ...heads.filter(follows)].sort(newestFirst)
  }
  return { items, activeHours }
}

function ofHead(deps: RestDeps, reader: string, head: ConversationHead): Item {
  return {
    id: head.id,
    at: head.last?.createdAt ?? head.createdAt,
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
