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
  const { shown, put, remove, again, polled, readSoon, stop } = createList(core, {
    key: 'invitations',
    least: Number.POSITIVE_INFINITY,
    readPage: listInvitations,
    merge: (fresh) => fresh,
    toStore: (invitation) => invitation,
  })
  const unsubscribe = core.link.onEvent((event) => {
    if (event.kind === 'polled') {
      const { invitations } = event.polled
      polled(invitations, invitations.length < POLL_LIMIT)
    }
    if (event.kind !== 'frame') return
    if ('invitation_id' in event.frame) remove(event.frame.invitation_id)
    if (event.frame.type !== 'new_invitation') return
    put(event.frame.invitation)
    // It may have ended: this push may be late.
    readSoon()
  })
  return {
    list: { getSnapshot: () => shown.getSnapshot().items, subscribe: shown.subscribe },
    remove,
    again,
    stop() {
      unsubscribe()
      stop()
    },
  }
}
