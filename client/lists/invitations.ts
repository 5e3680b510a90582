import type { Core, Polled, TabEvent } from '../core.ts'
import { source } from '../readable.ts'
import type { Api } from '../rest/api.ts'
import type { Readable } from '../types.ts'
import type { Invitation } from '../wire.ts'
import { createCache } from './cache.ts'
import { POLL_LIMIT } from './poll.ts'
import { createReader } from './reader.ts'

const PAGE_LIMIT = 100

export interface Invitations {
  /** Received and not answered, newest first. */
  readonly list: Readable<readonly Invitation[]>
  remove(id: string): void
  stop(): void
}

/** The invitations that the user has received and not answered. */
export function createInvitations(core: Core, api: Pick<Api, 'listInvitations'>): Invitations {
  const list = source<readonly Invitation[]>([])
  const cache = createCache<readonly Invitation[]>(core, 'invitations')
  const reader = createReader(core, read)
  /** Invitations that have ended: a late push or page must not bring one back. */
  const ended = new Set<string>()
  /** Invitations that arrived during a read, which may not include them. */
  let arrived: readonly Invitation[] = []
  let hasRead = false
  let isStopped = false

  async function read(): Promise<void> {
    arrived = []
    const all: Invitation[] = []
    let cursor: string | undefined
    do {
      const page = await api.listInvitations({ limit: PAGE_LIMIT, cursor })
      all.push(...page.invitations)
      cursor = page.cursor
    } while (cursor !== undefined)
    if (isStopped) return
    hasRead = true
    show([...all, ...arrived])
  }

  function show(invitations: readonly Invitation[]): void {
    const open = new Map(invitations.filter(({ id }) => !ended.has(id)).map((one) => [one.id, one]))
    const next = [...open.values()].sort(newestFirst)
    if (JSON.stringify(next) === JSON.stringify(list.getSnapshot())) return
    list.set(next)
    cache.save(list.getSnapshot)
  }

  function remove(id: string): void {
    ended.add(id)
    show(list.getSnapshot())
  }

  /** A polled page that is not full holds everything. */
  function onPolled({ invitations }: Polled): void {
    hasRead = true
    const last = invitations.at(-1)
    const isFull = invitations.length >= POLL_LIMIT && last
    show([...invitations, ...(isFull ? list.getSnapshot().filter((one) => newestFirst(one, last) > 0) : [])])
  }

  function onEvent(event: TabEvent): void {
    if (event.kind === 'polled') onPolled(event.polled)
    if (event.kind !== 'frame') return
    const { frame } = event
    if (frame.type === 'new_invitation') {
      arrived = [...arrived, frame.invitation]
      show([...list.getSnapshot(), frame.invitation])
    } else if (frame.type === 'invitation_answered' || frame.type === 'invitation_withdrawn') {
      remove(frame.invitation_id)
    }
  }

  const unsubscribe = core.link.onEvent(onEvent)
  void cache.load().then((stored) => {
    if (stored && !hasRead && !isStopped) show(stored)
  })
  return {
    list,
    remove,
    stop() {
      isStopped = true
      unsubscribe()
      reader.stop()
      cache.stop()
    },
  }
}

/** As on the server. */
function newestFirst(a: Invitation, b: Invitation): number {
  if (a.created_at !== b.created_at) return a.created_at > b.created_at ? -1 : 1
  return a.id > b.id ? -1 : Number(a.id < b.id)
}
