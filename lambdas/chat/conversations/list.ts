import type { DataOf } from '../../../protocol/endpoints.ts'
import type { Conversation, Person } from '../../../protocol/model.ts'
import type { ListQuery } from '../../../protocol/endpoints/conversations.ts'
import { concurrently } from '../../delivery/fan-out.ts'
import { type ConversationHead, hourOf, type Listed } from '../../stores/conversations.ts'
import type { StoredInvitation } from '../../stores/invitations.ts'
import type { Deps } from '../deps.ts'
import { toConversation } from './conversation.ts'
import { formatPlace, newestFirst, type Place, parsePlace } from './list-place.ts'
import { peopleOf, toPerson } from './people.ts'

type Needs = Pick<
  Deps,
  'conversations' | 'log' | 'invitations' | 'users' | 'presence' | 'features' | 'secrets' | 'now'
>

/** More of them make a cursor too long: then the next page looks at everything. */
const MOST_LATE = 40

/** Up to so much the clock of a sender may be behind. */
const CLOCKS_DIFFER = 60_000

interface Item extends Place {
  readonly show: (people: ReadonlyMap<string, Person>) => Promise<Conversation>
  readonly users: readonly string[]
}

/** Conversations and the invitations that the user sent and nobody answered, by last activity, newest first. */
export async function listConversations(
  deps: Needs,
  user: string,
  { limit, cursor }: ListQuery,
): Promise<DataOf<'GET /api/admin/chat/conversations'>> {
  const from = cursor === undefined ? undefined : await parsePlace(deps, user, cursor)
  const readIn = Math.floor((deps.now() - CLOCKS_DIFFER) / 3_600_000)
  const [listed, sent] = await Promise.all([
    deps.conversations.ofUser(user),
    deps.invitations.open('SENT', user),
  ])
  const pending = sent.filter(({ group }) => group === undefined)
  const invited = pending.map((invitation) => ofInvitation(user, invitation))
  const { items, activeHours } = await newest(deps, user, listed, { invited, from, most: limit + 1 })
  const [page, rest] = [items.slice(0, limit), items.slice(limit)]
  const people = await peopleOf(
    deps,
    page.flatMap(({ users }) => users),
  )
  const conversations = await Promise.all(page.map(({ show }) => show(people)))
  const last = page.at(-1)
  if (!last || rest.length === 0) return { conversations }
  // The next page would not look at these, because the list takes them for more recent than they are.
  const late = rest
    .filter(({ id }) => {
      const hour = activeHours.get(id) ?? 0
      return hour > hourOf(last.at) && hour < readIn
    })
    .map(({ id }) => id)
  const place = { at: last.at, id: last.id, ...(late.length > MOST_LATE ? { readIn: 0 } : { readIn, late }) }
  return { conversations, cursor: await formatPlace(deps, user, place) }
}

/**
 * The first items of the list that follow a place. Heads are read in the order of the hours in which the list says
 * that they were active, which are never too early, until no unread one can come before what is found.
 */
async function newest(
  deps: Needs,
  user: string,
  listed: readonly Listed[],
  {
    invited,
    from,
    most,
  }: { readonly invited: readonly Item[]; readonly from: Place | undefined; readonly most: number },
): Promise<{ readonly items: readonly Item[]; readonly activeHours: ReadonlyMap<string, number> }> {
  const fromHour = from ? hourOf(from.at) : Number.POSITIVE_INFINITY
  // A sender may have noted an hour since that page, and died or only repeated itself.
  const readIn = from?.readIn ?? Number.POSITIVE_INFINITY
  const ahead = new Set(from?.late)
  const waiting = listed
    .filter(({ id, activeHour }) => activeHour <= fromHour || activeHour >= readIn || ahead.has(id))
    .sort((a, b) => b.activeHour - a.activeHour)
  const follows = (item: Item) => !from || newestFirst(from, item) < 0
  let items = invited.filter(follows).sort(newestFirst)
  const activeHours = new Map<string, number>()
  while (waiting.length > 0) {
    const end = items[most - 1]
    if (end && hourOf(end.at) > (waiting[0]?.activeHour ?? 0)) break
    const heads: Item[] = []
    await concurrently(waiting.splice(0, most), 25, async ({ id, activeHour }) => {
      const head = await deps.conversations.head(id)
      if (!head?.participants.has(user)) return
      heads.push(ofHead(deps, user, head))
      activeHours.set(id, activeHour)
    })
    items = [...items, ...heads.filter(follows)].sort(newestFirst)
  }
  return { items, activeHours }
}

function ofHead(deps: Needs, reader: string, head: ConversationHead): Item {
  return {
    id: head.id,
    at: head.last?.createdAt ?? head.createdAt,
    users: [...head.participants.keys()],
    show: (people) => toConversation(deps, head, reader, people),
  }
}

function ofInvitation(user: string, { id, to, createdAt }: StoredInvitation): Item {
  return {
    id,
    at: createdAt,
    users: [user, to],
    show: async (people) => {
      // Whoever has not answered shares no conversation with the inviter: whether they are there is not told.
      const { is_online: _, last_seen: __, ...invited } = people.get(to) ?? toPerson(to, undefined)
      const participants = [people.get(user) ?? toPerson(user, undefined), invited]
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
