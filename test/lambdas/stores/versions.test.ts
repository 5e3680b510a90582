import { randomBytes } from 'node:crypto'
import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { beforeAll, describe, expect, it } from 'vitest'
import { accept } from '../../../lambdas/chat/conversations/answers.ts'
import { invite, receivedInvitations, withdraw } from '../../../lambdas/chat/conversations/invitations.ts'
import { inviteToGroup } from '../../../lambdas/chat/conversations/invite-to-group.ts'
import { commit } from '../../../lambdas/chat/entries/commit.ts'
import { draftHash } from '../../../lambdas/chat/entries/message.ts'
import { deleteMessage } from '../../../lambdas/chat/messages/edit.ts'
import { history } from '../../../lambdas/chat/messages/history.ts'
import { unreadOf } from '../../../lambdas/chat/messages/read-cursor.ts'
import { sendOverRest } from '../../../lambdas/chat/messages/send.ts'
import { conversationKeys } from '../../../lambdas/stores/conversation-keys.ts'
import { newConversationRows } from '../../../lambdas/stores/conversation-rows.ts'
import { defaultRates } from '../../../protocol/limits.ts'
import { down, rig } from '../../support/interleave.ts'
import { openStores, quiet, uncounted } from '../../support/stores.ts'

/** During a deployment, functions of two versions read and write the same rows. */
const stores = openStores()
const { deps } = rig()
const { authenticate, connections, conversations, subscriptions, log, users, invitations, db, tables } =
  stores
const now = Date.now()
const later = now + 3_600_000
const id = () => randomBytes(11).toString('base64url')
const put = (TableName: string, Item: object) => db.send(new PutCommand({ TableName, Item: { ...Item } }))
const added = { added_later: { a: new Set(['x']) }, version: 2 }

/** The rows of a conversation with one message by ada, with or without fields of a later version. */
async function aConversation(extra: object): Promise<string> {
  const conversation = id()
  const rows = [
    { ...conversationKeys.meta(conversation), id: conversation, created_at: '2026-01-01T00:00:00.000Z' },
    { ...conversationKeys.participant(conversation, 'ada'), user: 'ada', joined: {} },
    { ...conversationKeys.participant(conversation, 'bob'), user: 'bob', joined: {} },
    {
      ...conversationKeys.entry(conversation, 1),
      id: `1-${'x'.repeat(22)}`,
      seq: 1,
      sender: 'ada',
      content: 'old words',
      created_at: '2026-01-01T00:00:00.000Z',
    },
  ]
  for (const row of rows) await put(tables.conversations, { ...row, ...extra })
  return conversation
}

describe.each([
  ['of an older version, without later fields', {}],
  ['of a newer version, with unknown fields', added],
])('F25: rows %s', (_name, extra) => {
  let conversation: string
  let connection: string
  beforeAll(async () => {
    conversation = await aConversation(extra)
    connection = `${id()}=`
    await put(tables.connections, { pk: `CONN#${connection}`, sk: 'CONN', id: connection, ...extra })
  })

  it('are read: participants, messages, read cursors', async () => {
    const head = await conversations.head(conversation)
    expect(head).toMatchObject({ id: conversation, turnsIssued: 0, last: { seq: 1, content: 'old words' } })
    expect([...(head?.participants.values() ?? [])]).toMatchObject([
      { user: 'bob', readSeq: 0, readOthers: 0 },
      { user: 'ada', readSeq: 0, readOthers: 0 },
    ])
    const page = await history({ ...stores, ...quiet }, 'bob', conversation, { limit: 50 })
    expect(page).toMatchObject({ last_seq: 1, has_more: false, messages: [{ content: 'old words' }] })
    expect(Object.keys(page.messages[0] ?? {})).not.toContain('added_later')
  })

  it('are followed by new entries, in order', async () => {
    const deps = {
      ...uncounted(),
      conversations,
      log,
      rates: defaultRates,
      now: Date.now,
      newId: () => 'r'.repeat(22),
    }
    for (const content of ['new words', 'more of them']) {
      const head = await conversations.head(conversation)
      if (!head) throw new Error('no head')
      await commit(deps, head, { sender: 'bob', content, clientMessageId: content.replaceAll(' ', '-') })
    }
    expect(await log.after(conversation, 0, 10)).toMatchObject([
      { seq: 1, kind: 'message', content: 'old words' },
      { seq: 2, content: 'new words' },
      { seq: 3, content: 'more of them' },
    ])
  })

  it('of connections can be admitted, authenticated and joined, and keep the fields of the other version', async () => {
    expect(await connections.admit(connection, defaultRates.frames, now)).toMatchObject({
      outcome: 'admitted',
    })
    const entering = { id: connection, user: 'bob', since: now, tokenExpiresAt: later }
    expect(await authenticate(entering)).toBe(true)
    expect(await subscriptions.join(conversation, 'bob', connection, later, now)).toBe('joined')
    const participants = await conversations.participants(conversation)
    expect(participants.get('bob')?.joined.get(connection)).toBe(later)
    const Key = { pk: `CONN#${connection}`, sk: 'CONN' }
    const { Item } = await db.send(
      new GetCommand({ TableName: tables.connections, Key, ConsistentRead: true }),
    )
    expect(Item).toMatchObject({ user: 'bob', ...extra })
  })

  it('of users and invitations are read', async () => {
    const [user, invitation] = [id(), id()]
    await put(tables.users, { pk: `USER#${user}`, sk: 'PROFILE', id: user, role: 'admin', ...extra })
    const nameless = { id: user, firstname: '', lastname: '', email: '', role: 'admin' }
    expect(await users.find(user)).toEqual(nameless)
    const row = { id: invitation, from: 'ada', to: user, status: 'pending', created_at: 'x' }
    await put(tables.invitations, { pk: `INV#${invitation}`, sk: 'INV', ...row, ...extra })
    expect(await invitations.find(invitation)).toMatchObject({ from: 'ada', to: user, message: '' })
  })
})

describe('F25: a log that an older version wrote', () => {
  let conversation: string
  beforeAll(async () => {
    conversation = await aConversation({})
    await put(tables.conversations, {
      ...conversationKeys.entry(conversation, 1),
      id: `1-${'x'.repeat(22)}`,
      seq: 1,
      sender: 'ada',
      content: 'old words',
      client_message_id: 'k',
      created_at: '2026-01-01T00:00:00.000Z',
      sent: { ada: 1, bob: 0, '#bob': 2 },
      paid: { ada: 1, bob: 2, '#bob': 1 },
    })
    const hash = draftHash({ content: 'old words' }, undefined)
    await put(tables.conversations, { ...conversationKeys.send(conversation, 'ada', 'k'), seq: 1, hash })
  })

  it('has maps by user id without prefixes, which are combined with those that a newer version wrote', async () => {
    const last = (await conversations.head(conversation))?.last
    expect(Object.fromEntries(last?.sent ?? [])).toEqual({ ada: 1, bob: 2 })
    expect(Object.fromEntries(last?.paid ?? [])).toEqual({ ada: 1, bob: 2 })
  })

  it('[SEND-4] [EDIT-1] has hashes without a key, which are compared and then removed with the content', async () => {
    const { deps } = rig()
    const send = async (content: string) => {
      const head = await conversations.head(conversation)
      if (!head) throw new Error('no head')
      return await commit(deps, head, { sender: 'ada', content, clientMessageId: 'k' })
    }
    expect(await send('old words')).toMatchObject({ duplicate: true, entry: { seq: 1 } })
    await expect(send('other words')).rejects.toMatchObject({ code: 'idempotency_conflict' })

    await deleteMessage(deps, { conversation, seq: 1, user: 'ada' })
    expect(await log.sent(conversation, 'ada', 'k')).toEqual({ seq: 1, hash: undefined })
    for (const content of ['old words', 'other words']) {
      expect(await send(content)).toMatchObject({ duplicate: true, entry: { seq: 1, content: '' } })
    }
  })
})

describe('F25: a log in which an older version deleted messages', () => {
  const unreadOfBob = async (conversation: string, store = log) => {
    const head = await conversations.head(conversation)
    const bob = head?.participants.get('bob')
    if (!head || !bob) throw new Error('no participant')
    return await unreadOf({ log: store }, head, bob)
  }

  it('[READ-5] counts none of them as unread, neither before nor after the next entry', async () => {
    const conversation = await aConversation({})
    const createdAt = '2026-01-01T00:00:00.000Z'
    for (const [seq, words] of [
      [1, { content: '', deleted_at: createdAt }],
      [2, { content: 'kept' }],
      [3, { kind: 'message_updated', target_seq: 1, deletion: true }],
    ] as const) {
      const entry = { id: `${seq}-${'x'.repeat(22)}`, seq, sender: 'ada', created_at: createdAt }
      const sent = { '#ada': Math.min(seq, 2), '#bob': 0 }
      await put(tables.conversations, {
        ...conversationKeys.entry(conversation, seq),
        ...entry,
        ...words,
        sent,
        message_seq: 2,
      })
    }
    expect(await unreadOfBob(conversation)).toBe(1)
    for (const content of ['new', 'newer']) await sendOverRest(deps, 'ada', conversation, { content })
    expect(await unreadOfBob(conversation)).toBe(3)
  })

  it('[READ-5] unlike one that this version wrote, which is not read to count', async () => {
    const conversation = id()
    const created = new Date().toISOString()
    for (const row of newConversationRows(conversation, ['ada', 'bob'], created)) {
      await put(tables.conversations, row)
    }
    for (const content of ['one', 'two']) await sendOverRest(deps, 'ada', conversation, { content })
    expect(await unreadOfBob(conversation, { ...log, after: down })).toBe(2)
  })
})

describe('F25: invitations of an older version, which are listed by their id', () => {
  const dayMs = 86_400_000
  const listed = async (user: string) =>
    (await receivedInvitations(deps, user, { limit: 50 })).invitations.map((invitation) => invitation.id)

  /** The rows of an invitation from ada to bob, as an older version wrote them, and both users. */
  async function anOldInvitation(ageDays: number, group?: string) {
    const [from, to, invitation] = [`ada-${id()}`, `bob-${id()}`, id()] as const
    for (const user of [from, to]) {
      await users.importUsers([{ id: user, firstname: '', lastname: '', email: '', role: 'admin' }])
    }
    const created_at = new Date(Date.now() - ageDays * dayMs).toISOString()
    const row = { id: invitation, from, to, message: 'old', status: 'pending', created_at }
    const bond = group
      ? { pk: `GROUP#${group}`, sk: `INVITED#${to}` }
      : { pk: `PAIR#${[from, to].sort().join('#')}`, sk: 'PAIR' }
    const rest = group ? { group: { id: group } } : {}
    await put(tables.invitations, { ...bond, user: to, invitation })
    for (const key of [
      { pk: `INV#${invitation}`, sk: 'INV' },
      { pk: `USER#${to}`, sk: `RECEIVED#${invitation}` },
      { pk: `USER#${from}`, sk: `SENT#${invitation}` },
    ]) {
      await put(tables.invitations, { ...key, ...row, ...rest })
    }
    return { from, to, invitation }
  }

  it('are listed after newer ones, count, and can be answered', async () => {
    const { from, to, invitation } = await anOldInvitation(1)
    const newer = await invite(deps, { user: (await anOldInvitation(1)).from }, to, '')
    expect(await listed(to)).toEqual([newer.id, invitation])
    const { listed: sent } = await invitations.sentBy(from)
    expect(sent).toMatchObject([{ id: invitation }])
    expect(await invite(deps, { user: from }, to, '')).toMatchObject({ id: invitation })
    await accept(deps, { user: to }, invitation)
    expect(await listed(to)).toEqual([newer.id])
    expect((await invitations.sentBy(from)).listed).toEqual([])
  })

  it('[INV-11] can be withdrawn', async () => {
    const { from, to, invitation } = await anOldInvitation(1)
    await withdraw(deps, { user: from }, invitation)
    expect(await listed(to)).toEqual([])
    expect((await invite(deps, { user: to }, from, '')).id).not.toBe(invitation)
  })

  it('[INV-13] expire, and can be replaced by new ones', async () => {
    const { from, to, invitation } = await anOldInvitation(30)
    expect(await listed(to)).toEqual([])
    await expect(accept(deps, { user: to }, invitation)).rejects.toMatchObject({ code: 'not_found' })
    const next = await invite(deps, { user: from }, to, '')
    expect(next.id).not.toBe(invitation)
    expect(await listed(to)).toEqual([next.id])
  })

  it('[INV-13] to a group expire, and can be replaced by new ones', async () => {
    const group = id()
    const { from, to, invitation } = await anOldInvitation(30, group)
    for (const row of newConversationRows(group, [from], new Date().toISOString(), { creator: from })) {
      await put(tables.conversations, row)
    }
    const [next] = await inviteToGroup(deps, { user: from }, group, { userIds: [to], message: '' })
    expect(next?.id).not.toBe(invitation)
    expect(await listed(to)).toEqual([next?.id])
  })
})

describe('F25: a list of conversations that an older version wrote', () => {
  const hour = 3_600_000
  const listedHour = Math.floor(now / hour)

  it('[LIST-2] a note of the last activity is ignored once an older version has listed another hour', async () => {
    const [user, conversation] = [id(), id()]
    const Key = conversationKeys.listed(user, conversation)
    const listed = async () => await conversations.listed(user, conversation)
    await put(tables.conversations, { ...Key, id: conversation, active: listedHour })
    const old = await listed()
    expect(old).toEqual({ id: conversation, listedAt: (listedHour + 1) * hour - 1 })
    if (!old) throw new Error('the conversation is not listed')
    const at = new Date(now).toISOString()
    await conversations.noteLastActivity(user, old, at)
    expect(await listed()).toMatchObject({ lastAt: at })
    const active = { ':hour': listedHour + 1 }
    const values = { ExpressionAttributeValues: active, UpdateExpression: 'SET active = :hour' }
    await db.send(new UpdateCommand({ TableName: tables.conversations, Key, ...values }))
    expect(await listed()).toEqual({ id: conversation, listedAt: (listedHour + 2) * hour - 1 })
    await conversations.listAsActive(user, conversation, now + 3 * hour)
    expect(await listed()).toEqual({ id: conversation, listedAt: now + 3 * hour })
  })

  it('[LIST-2] writes no row for a user who has left', async () => {
    const [user, conversation] = [id(), id()]
    await conversations.noteLastActivity(
      user,
      { id: conversation, listedAt: now },
      new Date(now).toISOString(),
    )
    expect(await conversations.listed(user, conversation)).toBeUndefined()
  })
})
