import type { Core } from '../core.ts'
import type { Api } from '../rest/api.ts'
import type { Readable } from '../types.ts'
import type { Invitation } from '../wire.ts'
import { createList } from './list.ts'
import { POLL_LIMIT } from './poll.ts'

export interface Invitations {
  /** Received and not answered, newest first. */
  readonly list: Readable<readonly Invitation[]>
  remove(id: string): void
  /** Reads the list again. */
  again(): Promise<void>
  stop(): void
}

/** The invitations that the user has received and not answered. */
export function createInvitations(
  core: Core,
  { listInvitations }: Pick<Api, 'listInvitations'>,
): Invitations {
  const list = createList(core, {
    key: 'invitations',
    least: Number.POSITIVE_INFINITY,
    readPage: listInvitations,
    merge: (fresh) => fresh,
    toStore: (invitation) => invitation,
  })
  core.link.onEvent(({ frame, polled }) => {
    if (polled) list.polled(polled.invitations, polled.invitations.length < POLL_LIMIT)
    if (!frame) return
    if ('invitation_id' in frame) list.remove(frame.invitation_id)
    if (frame.type !== 'new_invitation') return
    list.put(frame.invitation)
    // This push may be late, so the invitation may already have ended.
    list.readSoon()
  })
  const { shown } = list
  return {
    ...list,
    list: { getSnapshot: () => shown().items, subscribe: shown.subscribe },
  }
}
