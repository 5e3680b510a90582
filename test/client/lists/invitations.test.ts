import { describe, expect, it } from 'vitest'
import { createInvitations } from '../../../client/lists/invitations.ts'
import type { Invitation } from '../../../client/wire.ts'
import { anInvitation, at, fakeCore, pagesOf } from './support.ts'

/** Invitations i1000, i1001, …, newest first. */
const many = (count: number) =>
  Array.from({ length: count }, (_, i) => anInvitation(`i${1000 + i}`, { created_at: at(1000 - i) }))
const idsOf = (invitations: readonly Invitation[]) => invitations.map(({ id }) => id)

/** A connected client that has read these invitations. */
async function received(...invitations: readonly Invitation[]) {
  const server = { items: invitations }
  const core = fakeCore()
  const pages = pagesOf(() => server.items)
  const list = createInvitations(core.core, pages)
  core.connect()
  await core.clock.advance(1000)
  return { ...core, ...pages, server, list, ids: () => idsOf(list.list.getSnapshot()) }
}

describe('the invitations that the user has received', () => {
  it('[CLIENT-4] are read with all their pages when a session begins', async () => {
    const { ids, calls, server, connect, clock } = await received(...many(120))
    expect(ids()).toEqual(idsOf(many(120)))
    expect(calls).toHaveLength(3)
    server.items = many(3)
    connect()
    await clock.advance(1000)
    expect(ids()).toEqual(idsOf(many(3)))
  })

  it('[CLIENT-4] are read again when the application asks for it', async () => {
    const { ids, list, server, clock } = await received(...many(2))
    server.items = many(3)
    const done = list.again()
    await clock.advance(1000)
    await done
    expect(ids()).toEqual(idsOf(many(3)))
  })

  it('[CLIENT-8] appear and disappear with pushes, in any order and twice', async () => {
    const { push, ids, list, server, clock } = await received(...many(2))
    const invitation = anInvitation('new', { created_at: at(2000) })
    push('new_invitation', { invitation })
    push('new_invitation', { invitation })
    expect(ids()).toEqual(['new', 'i1000', 'i1001'])
    push('invitation_answered', { invitation_id: 'new', status: 'rejected' })
    push('new_invitation', { invitation })
    push('invitation_withdrawn', { invitation_id: 'i1000' })
    server.items = many(2).slice(1)
    await clock.advance(1000)
    expect(ids()).toEqual(['i1001'])
    list.remove('i1001')
    expect(ids()).toEqual([])
  })

  it('[CLIENT-1] keep what a push has said while they were read', async () => {
    const { push, ids, hook, connect, clock, list } = await received(...many(2))
    const before = list.list.getSnapshot()
    connect()
    await clock.advance(1000)
    expect(list.list.getSnapshot()).toBe(before)
    hook.beforeAnswer = () => {
      push('new_invitation', { invitation: anInvitation('new', { created_at: at(2000) }) })
      push('invitation_answered', { invitation_id: 'i1000', status: 'accepted', conversation_id: 'c1' })
    }
    connect()
    await clock.advance(100)
    expect(ids()).toEqual(['new', 'i1001'])
  })

  it('[CLIENT-6] are polled: a page that is not full holds all of them', async () => {
    const { polled, ids } = await received(...many(30))
    const news = anInvitation('new', { created_at: at(2000) })
    polled({ invitations: [news, ...many(20).slice(1)] })
    expect(ids()).toEqual(['new', ...idsOf(many(30)).slice(1)])
    polled({ invitations: [news] })
    expect(ids()).toEqual(['new'])
  })

  it('[CLIENT-4] are stored, and shown at once at the next start', async () => {
    const { stored, clock, list, connect, calls } = await received(...many(2))
    await clock.advance(2000)
    list.stop()
    connect()
    await clock.advance(60_000)
    expect(calls).toHaveLength(1)
    const { core, clock: later } = fakeCore(Object.fromEntries(stored))
    const restarted = createInvitations(
      core,
      pagesOf(() => []),
    )
    await later.advance(0)
    expect(idsOf(restarted.list.getSnapshot())).toEqual(idsOf(many(2)))
  })
})
