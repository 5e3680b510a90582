import type { Core } from '../core.ts'
import { type Signal, source } from '../readable.ts'
import type { Presence } from '../types.ts'
import type { Person } from '../wire.ts'
import type { Conversations } from './conversations.ts'

type PresenceMap = ReadonlyMap<string, Presence>

/** Who is online: the participants of the listed conversations and, while frames arrive, every user they mention. */
export function createPresence(
  { link, user }: Pick<Core, 'link' | 'user'>,
  { list }: Conversations,
): Signal<PresenceMap> {
  const map = source<PresenceMap>(new Map())
  const pushed = new Map<string, Presence>()

  function update(): void {
    const { phase } = link.status()
    if (phase !== 'online') pushed.clear()
    const next = new Map<string, Presence>()
    // What was known before an outage says nothing about now.
    for (const { participants } of phase === 'offline' ? [] : list().items) {
      for (const person of participants) if (person.id !== user()) learn(next, person.id, person)
    }
    for (const [id, presence] of pushed) learn(next, id, presence)
    if (JSON.stringify([...next]) !== JSON.stringify([...map()])) map.set(next)
  }

  list.subscribe(update)
  link.status.subscribe(update)
  link.onEvent(({ frame }) => {
    if (frame?.type !== 'user_presence') return
    learn(pushed, frame.user_id, frame)
    update()
  })
  update()
  return map
}

/** Pushes and pages arrive in any order: whichever has the latest activity is newer. */
function learn(
  known: Map<string, Presence>,
  id: string,
  { is_online, last_seen = null }: Pick<Person, 'is_online' | 'last_seen'>,
): void {
  if (is_online === undefined || (known.get(id)?.last_seen ?? '') > (last_seen ?? '')) return
  known.set(id, { is_online, last_seen })
}
