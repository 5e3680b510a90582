import type { Core } from '../core.ts'
import { source } from '../readable.ts'
import type { Presence, Readable } from '../types.ts'
import type { Conversations } from './conversations.ts'

type PresenceMap = ReadonlyMap<string, Presence>

/** Who is online: the participants of the listed conversations and, while frames arrive, everybody they tell about. */
export function createPresence(
  { link, user }: Pick<Core, 'link' | 'user'>,
  { list }: Conversations,
): { readonly map: Readable<PresenceMap>; stop(): void } {
  const map = source<PresenceMap>(new Map())
  const pushed = new Map<string, Presence>()

  function update(): void {
    if (link.status.getSnapshot().phase !== 'online') pushed.clear()
    const next = new Map(pushed)
    for (const { participants } of list.getSnapshot().items) {
      for (const { id, is_online, last_seen = null } of participants) {
        if (is_online !== undefined && id !== user.getSnapshot()) next.set(id, { is_online, last_seen })
      }
    }
    if (!isEqual(next, map.getSnapshot())) map.set(next)
  }

  const stops = [
    list.subscribe(update),
    link.status.subscribe(update),
    link.onEvent((event) => {
      if (event.kind !== 'frame' || event.frame.type !== 'user_presence') return
      const { user_id, is_online, last_seen } = event.frame
      pushed.set(user_id, { is_online, last_seen })
      update()
    }),
  ]
  update()
  return {
    map,
    stop() {
      for (const stop of stops) stop()
    },
  }
}

function isEqual(a: PresenceMap, b: PresenceMap): boolean {
  const isSame = ([id, { is_online, last_seen }]: [string, Presence]) =>
    b.get(id)?.is_online === is_online && b.get(id)?.last_seen === last_seen
  return a.size === b.size && [...a].every(isSame)
}
