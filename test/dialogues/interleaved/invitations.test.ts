import { describe, expect, it } from 'vitest'
import { accept, reject } from '../../../lambdas/chat/conversations/answers.ts'
import { createGroup } from '../../../lambdas/chat/conversations/create-group.ts'
import { invite, receivedInvitations, withdraw } from '../../../lambdas/chat/conversations/invitations.ts'
import { inviteToGroup } from '../../../lambdas/chat/conversations/invite-to-group.ts'
import { listConversations } from '../../../lambdas/chat/conversations/list.ts'
import { type ToEnd, withdrawAllOf } from '../../../lambdas/chat/conversations/withdraw-all.ts'
import type { Deps } from '../../../lambdas/chat/deps.ts'
import { limits } from '../../../protocol/limits.ts'
import { type Admin, adminIds, admins, anAdmin } from '../../support/chat.ts'
import { rig } from '../../support/interleave.ts'
import { openStores } from '../../support/stores.ts'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000

/** The rules with a clock that the test moves. */
function clockedRig() {
  const { deps, ...rest } = rig()
  let now = Date.now()
  const pass = (ms: number) => {
    now += ms
  }
  return { ...rest, deps: { ...deps, now: () => now }, pass }
}

const send = (deps: Deps, from: Admin, to: { readonly id: string }) =>
  invite(deps, { user: from.id }, to.id, '')
const outcome = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    ({ code }) => String(code),
  )
const received = async (deps: Deps, user: Admin) =>
  (await receivedInvitations(deps, user.id, { limit: 100 })).invitations.map(({ id }) => id)
const pending = async (deps: Deps, user: Admin) =>
  (await listConversations(deps, user.id, { limit: 100 })).conversations.map(({ id }) => id)

/** Only what began up to a time has to end. */
const until =
  (time: number): ToEnd =>
  async (listed, beganAt) =>
    listed.filter((one) => beganAt(one) <= time)

describe('an invitation without an answer for thirty days', () => {
  it('[INV-13] is listed nowhere and cannot be answered or withdrawn', async () => {
    const { ada, bob } = await admins('ada', 'bob')
    const { deps, pass } = clockedRig()
    const { id } = await send(deps, ada, bob)
    pass(30 * DAY_MS - HOUR_MS)
    expect([await received(deps, bob), await pending(deps, ada)]).toEqual([[id], [id]])
    pass(HOUR_MS)
    expect([await received(deps, bob), await pending(deps, ada)]).toEqual([[], []])
    for (const attempt of [
      () => accept(deps, { user: bob.id }, id),
      () => reject(deps, { user: bob.id }, id),
      () => withdraw(deps, { user: ada.id }, id),
    ]) {
      expect(await outcome(attempt())).toBe('not_found')
    }
  })

  it('[INV-13] can be replaced by a new one in either direction', async () => {
    const { ada, bob } = await admins('ada', 'bob')
    const { deps, pass } = clockedRig()
    const old = await send(deps, ada, bob)
    pass(30 * DAY_MS)
    const next = await send(deps, bob, ada)
    expect(next.id).not.toBe(old.id)
    expect(await send(deps, ada, bob)).toMatchObject({ id: next.id })
    expect(await outcome(accept(deps, { user: bob.id }, old.id))).toBe('not_found')
    expect(await outcome(accept(deps, { user: ada.id }, next.id))).toBe('done')
  })

  it('[INV-13] [RATE-5] does not count', async () => {
    const [ada, others] = [await anAdmin('ada'), await adminIds(21)]
    const { deps, pass } = clockedRig()
    for (const id of others.slice(0, 20)) await send(deps, ada, { id })
    const last = { id: others[20] ?? '' }
    expect(await outcome(send(deps, ada, last))).toBe('rate_limited')
    pass(30 * DAY_MS)
    expect(await outcome(send(deps, ada, last))).toBe('done')
    for (const id of others.slice(0, 19)) await send(deps, ada, { id })
    expect(await outcome(send(deps, ada, { id: others[19] ?? '' }))).toBe('rate_limited')
  })

  it('[INV-13] [GROUP-6] no longer takes a place in a group', async () => {
    const [ada, users] = [await anAdmin('ada'), await adminIds(100)]
    const { deps, pass } = clockedRig()
    const { id } = await createGroup(deps, { user: ada.id }, { user_ids: users.slice(0, 99) })
    const inviteMore = (...userIds: string[]) =>
      inviteToGroup(deps, { user: ada.id }, id, { userIds, message: '' })
    expect(await outcome(inviteMore(users[99] ?? ''))).toBe('bad_request')
    pass(30 * DAY_MS)
    // One that was never invited, and one that was.
    expect(await inviteMore(users[99] ?? '', users[0] ?? '')).toHaveLength(2)
  }, 60_000)

  it('[INV-13] cannot be accepted in place of the one that was sent after it', async () => {
    const { ada, bob } = await admins('ada', 'bob')
    const { deps, pass } = clockedRig()
    const { id } = await send(deps, ada, bob)
    const old = await deps.invitations.find(id)
    if (!old) throw new Error('the invitation is missing')
    pass(30 * DAY_MS)
    const next = await send(deps, ada, bob)
    // An answer that was read before the expiry and is stored after it.
    expect(await deps.invitations.accept(old, 'c', old.createdAt)).toBe(false)
    expect(await deps.invitations.end(old, 'rejected')).toBe(false)
    expect(await received(deps, bob)).toEqual([next.id])
  })
})

describe('repeated invitations of one user to another', () => {
  it('[INV-14] are limited to three to a pair in 24 hours', async () => {
    const { ada, bob } = await admins('ada', 'bob')
    const { deps, pass } = clockedRig()
    for (let n = 0; n < 3; n++) {
      const { id } = await send(deps, ada, bob)
      // Repeating a pending invitation does not count.
      await send(deps, ada, bob)
      await (n === 1 ? withdraw(deps, { user: ada.id }, id) : reject(deps, { user: bob.id }, id))
      pass(HOUR_MS)
    }
    const refused = await send(deps, ada, bob).catch((error: unknown) => error)
    expect(refused).toMatchObject({ code: 'rate_limited', retryAfterMs: 21 * HOUR_MS })
    // Each side has its own limit.
    const { id } = await send(deps, bob, ada)
    expect(await send(deps, ada, bob)).toMatchObject({ id })
    await reject(deps, { user: ada.id }, id)
    pass(21 * HOUR_MS)
    expect(await outcome(send(deps, ada, bob))).toBe('done')
  })

  it('[INV-14] are refused over REST with the time to wait', async () => {
    const { ada, bob } = await admins('ada', 'bob')
    const post = () => ada.call('POST', '/invitations', { to_user_id: bob.id })
    for (let n = 0; n < 3; n++) {
      const { body } = await post()
      await bob.call('PUT', `/invitations/${body['data'].invitation_id}/respond`, { action: 'reject' })
    }
    const { status, body } = await post()
    expect([status, body['code']]).toEqual([429, 'rate_limited'])
    expect(body['retry_after_ms']).toBeGreaterThan(23 * HOUR_MS)
    expect(body['retry_after_ms']).toBeLessThanOrEqual(DAY_MS)
  })

  it('[INV-14] are limited to three to the same group, unless the user accepts', async () => {
    const { ada, bob } = await admins('ada', 'bob')
    const { deps, pass } = clockedRig()
    const create = () => createGroup(deps, { user: ada.id }, { user_ids: [bob.id] })
    const { id, invitations } = await create()
    const again = () => inviteToGroup(deps, { user: ada.id }, id, { userIds: [bob.id], message: '' })
    await reject(deps, { user: bob.id }, invitations[0]?.id ?? '')
    for (let n = 0; n < 2; n++) {
      const [next] = await again()
      await reject(deps, { user: bob.id }, next?.id ?? '')
    }
    expect(await outcome(again())).toBe('rate_limited')
    expect(await outcome(create())).toBe('done')
    pass(DAY_MS)
    for (let n = 0; n < 4; n++) {
      const [next] = await again()
      await accept(deps, { user: bob.id }, next?.id ?? '')
      await bob.call('POST', `/conversations/${id}/leave`)
    }
  })

  it('[INV-14] stay within the limit if they are concurrent', async () => {
    const { ada, bob } = await admins('ada', 'bob')
    const { deps } = clockedRig()
    const sendAndWithdraw = async () => {
      const { id } = await send(deps, ada, bob)
      await withdraw(deps, { user: ada.id }, id)
      return id
    }
    const done = await Promise.allSettled(Array.from({ length: 12 }, sendAndWithdraw))
    const ids = new Set(done.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])))
    // Concurrent calls may have shared an invitation; the rest of the limit is left.
    for (let left = 3 - ids.size; left > 0; left--) await sendAndWithdraw()
    expect(ids.size).toBeLessThanOrEqual(3)
    expect(await outcome(send(deps, ada, bob))).toBe('rate_limited')
  })
})

describe('many invitations at once', () => {
  it('[RATE-5] to groups stay within the limit of two hundred', async () => {
    const [ada, user_ids] = [await anAdmin('ada'), await adminIds(48)]
    const { deps } = rig()
    const create = () => createGroup(deps, { user: ada.id }, { user_ids: [...user_ids] })
    const created = await Promise.allSettled(Array.from({ length: 5 }, create))
    const stored = created.flatMap((one) => (one.status === 'fulfilled' ? one.value.invitations : []))
    const { listed } = await deps.invitations.sentBy(ada.id)
    expect(listed.map(({ id }) => id).toSorted()).toEqual(stored.map(({ id }) => id).toSorted())
    expect(listed.length).toBeLessThanOrEqual(limits.pendingGroupInvitations)
    expect(listed.length).toBeGreaterThan(150)
  }, 60_000)
})

describe('a user who is no longer an administrator', () => {
  it('[INV-18] has sent no invitations', async () => {
    const { ada, bob, cyd } = await admins('ada', 'bob', 'cyd')
    const { deps } = rig()
    const sent = await send(deps, ada, bob)
    const kept = await send(deps, cyd, bob)
    await openStores().users.removeUser(ada.id)
    expect(await received(deps, bob)).toEqual([kept.id])
    for (const answer of [accept, reject]) {
      expect(await outcome(answer(deps, { user: bob.id }, sent.id))).toBe('not_found')
    }
  })

  it('[INV-18] [RATE-5] does not keep others from inviting', async () => {
    const [ada, others, next] = [await anAdmin('ada'), await adminIds(20), await anAdmin('next')]
    const { deps } = rig()
    for (const id of others) await send(deps, ada, { id })
    for (const id of others.slice(0, 2)) await openStores().users.removeUser(id)
    expect(await outcome(send(deps, ada, next))).toBe('done')
    expect(await pending(deps, ada)).toHaveLength(19)
  })

  it('[INV-18] loses all invitations, and the other users are notified', async () => {
    const { ada, bob, cyd } = await admins('ada', 'bob', 'cyd')
    const { deps, postedTo } = rig()
    const sockets = [await bob.connect(), await cyd.connect()]
    const sent = await send(deps, ada, bob)
    await createGroup(deps, { user: ada.id }, { user_ids: [bob.id] })
    await send(deps, cyd, ada)
    // The second run finds what a crash has left, which is nothing here.
    for (let n = 0; n < 2; n++) await withdrawAllOf(deps, ada.id, until(deps.now()))
    expect([await received(deps, bob), await received(deps, ada), await pending(deps, cyd)]).toEqual([
      [],
      [],
      [],
    ])
    expect((await deps.invitations.sentBy(ada.id)).listed).toEqual([])
    expect(await outcome(accept(deps, { user: bob.id }, sent.id))).toBe('not_found')
    expect(sockets.map(postedTo)).toEqual([
      ['new_invitation', 'new_invitation', 'invitation_withdrawn', 'invitation_withdrawn'],
      ['invitation_sent', 'invitation_withdrawn'],
    ])
  })

  it('[INV-18] keeps invitations that were sent after the time of the removal', async () => {
    const { ada, bob } = await admins('ada', 'bob')
    const { deps } = rig()
    const { id } = await send(deps, ada, bob)
    await withdrawAllOf(deps, ada.id, until(deps.now() - HOUR_MS))
    expect(await received(deps, bob)).toEqual([id])
  })
})

describe('repeating a call whose answer was lost', () => {
  const calls = {
    invite: async (deps: Deps, ada: Admin, bob: Admin) => () => send(deps, ada, bob),
    withdraw: async (deps: Deps, ada: Admin, bob: Admin) => {
      const { id } = await send(deps, ada, bob)
      return () => withdraw(deps, { user: ada.id }, id)
    },
    accept: async (deps: Deps, ada: Admin, bob: Admin) => {
      const { id } = await send(deps, ada, bob)
      return () => accept(deps, { user: bob.id }, id)
    },
    reject: async (deps: Deps, ada: Admin, bob: Admin) => {
      const { id } = await send(deps, ada, bob)
      return () => reject(deps, { user: bob.id }, id)
    },
    'invite to a group': async (deps: Deps, ada: Admin, bob: Admin) => {
      const { id } = await createGroup(deps, { user: ada.id }, { user_ids: [(await anAdmin('cyd')).id] })
      return () => inviteToGroup(deps, { user: ada.id }, id, { userIds: [bob.id], message: '' })
    },
    'accept in a group': async (deps: Deps, ada: Admin, bob: Admin) => {
      const { invitations } = await createGroup(deps, { user: ada.id }, { user_ids: [bob.id] })
      return () => accept(deps, { user: bob.id }, invitations[0]?.id ?? '')
    },
  }

  it.each(Object.entries(calls))(
    '[INV-2] [INV-7] [INV-11] gives the same answer and pushes nothing more: %s',
    async (_name, prepare) => {
      const { ada, bob } = await admins('ada', 'bob')
      const { deps: live, postedTo } = rig()
      // Presence changes while the two connect.
      const deps = { ...live, features: { ...live.features, presence: false } }
      const sockets = [await ada.connect(), await bob.connect()]
      const call = await prepare(deps, ada, bob)
      const first = await call()
      const posted = sockets.map(postedTo)
      expect([await call(), await call()]).toEqual([first, first])
      expect(sockets.map(postedTo)).toEqual(posted)
    },
  )
})

describe('an acceptance that is too large for a frame', () => {
  it('[INV-17] [MEMBER-1] is pushed without the conversation, by the call and by the worker', async () => {
    const { ada, bob, cyd } = await admins('ada', 'bob', 'cyd')
    const { deps } = rig()
    const posted: unknown[] = []
    const updates: unknown[] = []
    const tasks: unknown[] = []
    const small = {
      ...deps,
      tasks: { send: async (task: unknown) => void tasks.push(task) },
      poster: {
        ...deps.poster,
        post: async (_connection: string, text: string) => {
          const frame = JSON.parse(text)
          if ('conversation' in frame) return 'too_large' as const
          const sink = frame.type === 'conversation_updated' ? updates : posted
          sink.push(frame)
          return frame.participant_id === cyd.id ? ('gone' as const) : ('delivered' as const)
        },
      },
    }
    await ada.connect()
    const [fromBob, fromCyd] = [await send(deps, ada, bob), await send(deps, ada, cyd)]
    const { id: conversation_id } = await accept(small, { user: bob.id }, fromBob.id)
    const pointer = { type: 'invitation_accepted', invitation_id: fromBob.id, conversation_id }
    expect(posted).toEqual([{ ...pointer, participant_id: bob.id }])
    expect(updates).toEqual([{ type: 'conversation_updated', conversation_id, last_seq: 0 }])
    await accept(small, { user: cyd.id }, fromCyd.id)
    expect(tasks).toMatchObject([
      { task: 'push', user: ada.id, pointer: JSON.stringify(posted[1]) },
      { task: 'push', user: ada.id, pointer: JSON.stringify(updates[1]) },
    ])
  })
})
