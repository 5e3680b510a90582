import { UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { describe, expect, it, vi } from 'vitest'
import { requireAdmin } from '../../lambdas/chat/connections/authenticate.ts'
import { accept } from '../../lambdas/chat/conversations/answers.ts'
import { dismiss } from '../../lambdas/chat/conversations/dismiss.ts'
import {
  receivedInvitations,
  invite as sendInvitation,
} from '../../lambdas/chat/conversations/invitations.ts'
import { inviteToGroup } from '../../lambdas/chat/conversations/invite-to-group.ts'
import { listConversations } from '../../lambdas/chat/conversations/list.ts'
import { searchAdmins } from '../../lambdas/chat/conversations/search.ts'
import type { Deps } from '../../lambdas/chat/deps.ts'
import type { Task } from '../../lambdas/model.ts'
import { profileKey } from '../../lambdas/stores/users.ts'
import { limits } from '../../protocol/limits.ts'
import {
  type Admin,
  acceptAll,
  aGroup,
  anAdmin,
  aPair,
  conversationsOf,
  history,
  invite,
  pairUp,
  post,
} from '../support/chat.ts'
import { down, rig } from '../support/interleave.ts'
import { openStores } from '../support/stores.ts'

const MINUTE_MS = 60_000
const { db, tables } = openStores()

/** Changes the role in the table itself, as an operator might do in the AWS console. */
const setRole = async ({ id }: Admin, role: string) =>
  await db.send(
    new UpdateCommand({
      TableName: tables.users,
      Key: profileKey(id),
      UpdateExpression: 'SET #role = :role',
      ExpressionAttributeNames: { '#role': 'role' },
      ExpressionAttributeValues: { ':role': role },
    }),
  )

/** One container at a fixed time, with the tasks that it queues. */
function aContainer(now = Date.now()) {
  const { deps, reported } = rig()
  const queued: [task: Task, delaySeconds: number | undefined][] = []
  const clock = { now }
  const container: Deps = {
    ...deps,
    now: () => clock.now,
    tasks: { send: async (task, delaySeconds) => void queued.push([task, delaySeconds]) },
  }
  return { deps: container, queued, reported, clock }
}

const dismissalOf = ({ id }: Admin, at: number) => [{ task: 'dismiss', user: id, at }, 25]

describe('a role that was changed in the users table itself', () => {
  it('[REMOVED-4] is noticed when the user calls, once in ten minutes', async () => {
    const bob = await anAdmin('bob')
    const { deps, queued, clock } = aContainer()
    const start = clock.now
    const call = () => requireAdmin(deps, bob.token).catch((error) => error.code)
    await call()
    expect(queued).toEqual([])
    await setRole(bob, 'user')
    expect([await call(), await call()]).toEqual(['forbidden', 'forbidden'])
    expect(queued).toEqual([dismissalOf(bob, start)])
    clock.now += 10 * MINUTE_MS
    await call()
    expect(queued.slice(1)).toEqual([dismissalOf(bob, clock.now)])
  })

  it.each<[string, (deps: Deps, reader: Admin, changed: Admin) => Promise<unknown>]>([
    ['lists conversations', (deps, { id }) => listConversations(deps, id, { limit: 20 })],
    ['lists invitations', (deps, { id }) => receivedInvitations(deps, id, { limit: 20 })],
    ['searches', (deps, { id }, changed) => searchAdmins(deps, id, { q: changed.id, limit: 10 })],
  ])('[REMOVED-4] is noticed when another user %s', async (_how, read) => {
    const { ada, bob, group } = await aGroup('ada', 'bob')
    await pairUp(ada, bob)
    const cyd = await anAdmin('cyd')
    await invite(bob, cyd)
    const { deps, queued, clock } = aContainer()
    const readers = [ada, cyd]
    const run = async () => {
      for (const reader of readers) await read(deps, reader, bob)
    }
    await run()
    expect(queued).toEqual([])
    await setRole(bob, 'user')
    await run()
    await run()
    expect(queued).toEqual([dismissalOf(bob, clock.now)])
    expect(group).toBeDefined()
  })

  it('[REMOVED-4] [INV-18] is noticed when another user answers an invitation', async () => {
    const [bob, cyd] = [await anAdmin('bob'), await anAdmin('cyd')]
    const invitation = await invite(bob, cyd)
    await setRole(bob, 'user')
    const { deps, queued, clock } = aContainer()
    await expect(accept(deps, { user: cyd.id }, invitation)).rejects.toMatchObject({ code: 'not_found' })
    expect(queued).toEqual([dismissalOf(bob, clock.now)])
  })

  it('[REMOVED-4] [RATE-5] is noticed when the invitations of another user reach the limit', async () => {
    const ada = await anAdmin('ada')
    const invited = await Promise.all(
      Array.from({ length: limits.pendingInvitations }, () => anAdmin('invited')),
    )
    for (const user of invited) await invite(ada, user)
    const [first] = invited as [Admin]
    await setRole(first, 'user')
    const { deps, queued, clock } = aContainer()
    const next = await anAdmin('next')
    await sendInvitation(deps, { user: ada.id }, next.id, '')
    expect(queued).toEqual([dismissalOf(first, clock.now)])
  })

  it('[REMOVED-4] causes no task for ids that a client has made up', async () => {
    const { ada, group } = await aGroup('ada', 'bob')
    const { deps, queued } = aContainer()
    await sendInvitation(deps, { user: ada.id }, 'nobody', '').catch(() => undefined)
    const users = { userIds: ['nobody'], message: '' }
    await inviteToGroup(deps, { user: ada.id }, group, users).catch(() => undefined)
    expect(queued).toEqual([])
  })

  it('[REMOVED-4] causes no task for a former participant who is only shown', async () => {
    const { ada, bob, conversation } = await aPair()
    await setRole(bob, 'user')
    await dismiss(rig().deps, { user: bob.id, at: Date.now() })
    const { deps, queued } = aContainer()
    const { conversations } = await listConversations(deps, ada.id, { limit: 20 })
    expect(conversations).toMatchObject([{ id: conversation, participant: { id: bob.id } }])
    expect(queued).toEqual([])
  })

  it('[REMOVED-4] does not fail a call if the queue fails, and the next call tries again', async () => {
    const { ada, bob } = await aPair()
    await setRole(bob, 'user')
    const { deps, queued, reported, clock } = aContainer()
    const list = (from: Deps) => listConversations(from, ada.id, { limit: 20 })
    expect((await list({ ...deps, tasks: { send: down } })).conversations).toHaveLength(1)
    expect(reported).toHaveLength(1)
    await list(deps)
    expect(queued).toEqual([dismissalOf(bob, clock.now)])
  })

  it('[REMOVED-4] keeps what begins once the user has the role again', async () => {
    const { ada, bob, conversation } = await aPair()
    await setRole(bob, 'user')
    const { deps, queued } = aContainer()
    await listConversations(deps, ada.id, { limit: 20 })
    await setRole(bob, 'admin')
    const cyd = await anAdmin('cyd')
    const kept = await pairUp(cyd, bob)
    for (const [task] of queued) if (task.task === 'dismiss') await dismiss(rig().deps, task)
    expect((await conversationsOf(bob)).map(({ id }) => id)).toEqual([kept])
    expect((await bob.call('GET', `/conversations/${conversation}/messages`)).status).toBe(404)
  })

  it('[SEARCH-3] hides the user from searches', async () => {
    const [ada, bob] = [await anAdmin('ada'), await anAdmin('bob')]
    const found = async () => {
      const { body } = await ada.call('GET', `/admins/search?q=${encodeURIComponent(bob.id)}`)
      return body['data'].admins.map(({ id }: { readonly id: string }) => id)
    }
    expect(await found()).toEqual([bob.id])
    await setRole(bob, 'user')
    expect(await found()).toEqual([])
  })
})

describe('the dismissal of a user with an open connection', () => {
  it('[REMOVED-4] [PRESENCE-2] closes it first, so that others are notified that the user is offline', async () => {
    const { ada, bob } = await aPair()
    const { connectionId } = await bob.connect()
    await setRole(bob, 'user')
    const { deps, queued, clock } = aContainer()
    const close = vi.fn(async () => undefined)
    const worker = { ...deps, poster: { ...deps.poster, close } }
    const task = { user: bob.id, at: clock.now }
    await dismiss(worker, task)
    expect(close.mock.calls).toEqual([[connectionId, 'revoked']])
    expect(queued).toContainEqual([{ task: 'dismiss', ...task }, 5])
    expect(await deps.conversations.ofUser(bob.id)).toHaveLength(1)
    await dismiss(worker, task)
    expect(await deps.conversations.ofUser(bob.id)).toEqual([])
    expect(await conversationsOf(ada)).toHaveLength(1)
  })

  it('[REMOVED-3] keeps it open if the user has the role again', async () => {
    const { bob } = await aPair()
    const socket = await bob.connect()
    await dismiss(rig().deps, { user: bob.id, at: Date.now() })
    expect(await socket.ask({ type: 'ping' })).toMatchObject({ type: 'pong' })
  })
})

describe('messages that the last other participant has read', () => {
  const isRead = async (reader: Admin, conversation: string) =>
    (await history(reader, conversation, '')).map(({ is_read, read_at }) => [is_read, typeof read_at])
  const read = [true, 'string']
  const unread = [false, 'undefined']

  it('[READ-4] [REMOVED-2] stay read when the other user of a pair is dismissed', async () => {
    const { ada, bob, conversation } = await aPair()
    await post(ada, conversation, 'read')
    await bob.call('POST', `/conversations/${conversation}/mark-read`)
    await post(ada, conversation, 'unread')
    expect(await isRead(ada, conversation)).toEqual([read, unread])
    await setRole(bob, 'user')
    await dismiss(rig().deps, { user: bob.id, at: Date.now() })
    expect(await isRead(ada, conversation)).toEqual([read, unread])
  })

  it('[READ-4] stay read when all others leave a group, and those who join later count again', async () => {
    const { ada, bob, cyd, group } = await aGroup('ada', 'bob', 'cyd')
    await post(ada, group, 'read by bob')
    await bob.call('POST', `/conversations/${group}/mark-read`)
    expect(await isRead(ada, group)).toEqual([unread])
    await cyd.call('POST', `/conversations/${group}/leave`)
    expect(await isRead(ada, group)).toEqual([read])
    await post(ada, group, 'read by nobody')
    await bob.call('POST', `/conversations/${group}/leave`)
    expect(await isRead(ada, group)).toEqual([read, unread])
    const dan = await anAdmin('dan')
    await ada.call('POST', `/conversations/${group}/invitations`, { to_user_id: dan.id })
    await acceptAll(dan)
    await post(ada, group, 'after the join')
    expect(await isRead(ada, group)).toEqual([[true, 'undefined'], [true, 'undefined'], unread])
  })
})
