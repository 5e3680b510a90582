import { beforeAll, describe, expect, it } from 'vitest'
import {
  type Admin,
  acceptAll,
  adminWithId,
  anAdmin,
  conversationsOf,
  history,
  invitationsPath,
  invite,
  join,
  leavePath,
  markRead,
  message,
  messagePath,
  ownerPath,
  participantPath,
  respond,
} from '../support/chat.ts'
import { HOSTILE_SEED, hostileIds } from '../support/hostile.ts'

/** User ids that are names of properties of every object, or as long as an id may be, and generated ones of each kind. */
const ids = new Set([
  ...['__proto__', 'constructor', `${'l'.repeat(240)}@example.org`],
  ...hostileIds(HOSTILE_SEED, 4),
])

/** Fails with the body unless the call succeeded. */
async function ok(admin: Admin, method: string, path: string, body?: object) {
  const answer = await admin.call(method, path, body)
  expect([answer.status, answer.body], `${method} ${path} by ${admin.id}`).toEqual([
    200,
    expect.objectContaining({ success: true }),
  ])
  return answer.body['data']
}

describe(`every route works for users with hostile ids (HOSTILE_SEED=${HOSTILE_SEED})`, {
  timeout: 30_000,
}, () => {
  const people: Admin[] = []
  let [ada, group] = [{} as Admin, '']

  beforeAll(async () => {
    ada = await adminWithId('ada-among-hostile-ids')
    people.push(...(await Promise.all([...ids].map((id) => adminWithId(id)))))
  })

  it('[INV-4] [SEND-1] [SEND-3] [READ-1] [EDIT-1] in a pair', async () => {
    const talk = async (hostile: Admin) => {
      const ada = await anAdmin('ada')
      const { conversation_id: conversation } = (await respond(hostile, await invite(ada, hostile), 'accept'))
        .body['data']
      const [a, h] = [await ada.connect(), await hostile.connect()]
      for (const socket of [a, h]) {
        expect(await socket.ask(join(conversation))).toMatchObject({ type: 'joined_conversation' })
      }
      const keyed = message(conversation, 'hi', { sender_id: hostile.id, client_message_id: 'key' })
      expect(await h.ask(keyed)).toMatchObject({ message: { seq: 1, sender_id: hostile.id } })
      expect(await h.ask(keyed)).toMatchObject({ duplicate: true, message: { seq: 1 } })
      const path = `/conversations/${conversation}/messages`
      await ok(hostile, 'POST', path, { content: 'over REST', metadata: { [hostile.id]: 1 } })
      await ok(ada, 'POST', path, { content: 'back' })
      for (let n = 0; n < 2; n++) await a.next('new_message')
      expect((await conversationsOf(ada))[0]).toMatchObject({ id: conversation, unread_count: 2 })
      expect((await conversationsOf(hostile))[0]).toMatchObject({
        unread_count: 1,
        participant: { id: ada.id },
        last_message: { content: 'back' },
      })
      await a.ask(markRead(conversation, 2))
      expect(await h.next('message_read')).toMatchObject({ user_id: ada.id, last_read_seq: 2 })
      expect(await h.ask(markRead(conversation, 3))).toMatchObject({ unread_count: 0 })
      await ok(hostile, 'PATCH', messagePath(conversation, 1), { content: 'edited' })
      await ok(hostile, 'DELETE', messagePath(conversation, 2))
      expect(await history(ada, conversation)).toMatchObject([
        { sender_id: hostile.id, content: 'edited' },
        { sender_id: hostile.id, content: '' },
        { content: 'back', is_read: true },
        { kind: 'message_updated' },
        { kind: 'message_updated' },
      ])
      h.send({ type: 'typing', conversation_id: conversation, is_typing: true })
      expect(await a.next('user_typing')).toMatchObject({ user_id: hostile.id })
      expect(await h.ask({ type: 'ping' })).toMatchObject({ heads: { [conversation]: 5 } })
    }
    await Promise.all(people.map(talk))
  })

  it('[GROUP-1] [GROUP-3] [GROUP-4] [GROUP-8] [GROUP-10] [SEND-2] in a group of all of them', async () => {
    const [first] = people
    if (!first) throw new Error('nobody')
    const user_ids = [ada, ...people.slice(1, 5)].map(({ id }) => id)
    const made = await ok(first, 'POST', '/conversations', { user_ids })
    group = made.conversation_id
    for (const person of [ada, ...people.slice(1, 5)]) await acceptAll(person)
    const members = people.slice(0, 5)
    for (const person of [...members, ...members]) {
      await ok(person, 'POST', `/conversations/${group}/messages`, { content: 'hi' })
    }
    expect((await conversationsOf(ada))[0]).toMatchObject({ id: group, unread_count: 10 })
    const markAll = async (person: Admin) => {
      expect((await conversationsOf(person))[0]).toMatchObject({ id: group, unread_count: 8 })
      await ok(person, 'POST', `/conversations/${group}/mark-read`)
    }
    await Promise.all(members.map(markAll))
    await ok(first, 'POST', invitationsPath(group), { user_ids: people.slice(5).map(({ id }) => id) })
    await Promise.all(people.slice(5).map(acceptAll))
    for (const person of people)
      await ok(person, 'POST', `/conversations/${group}/messages`, { content: 'hi' })
    const [, heir, removed] = people
    if (!heir || !removed) throw new Error('too few')
    await ok(first, 'POST', ownerPath(group), { user_id: heir.id })
    expect((await conversationsOf(ada))[0]).toMatchObject({ id: group, owner_id: heir.id })
    for (const _ of [1, 2]) await ok(heir, 'DELETE', participantPath(group, removed.id))
    const left = people.slice(1).filter((person) => person !== removed)
    for (const person of left) await ok(person, 'POST', leavePath(group))
    const seqs = (await history(ada, group, '?after=0&limit=100')).map(({ seq }) => seq)
    expect(seqs).toEqual(seqs.map((_, n) => n + 1))
  })

  it('[SEARCH-1] [INV-5] [INV-9] [INV-11] among the people', async () => {
    expect((await ok(ada, 'GET', '/admins/search?q=hostile')).admins.length).toBeGreaterThan(0)
    const meet = async (hostile: Admin) => {
      const other = await adminWithId(`other-${people.indexOf(hostile)}`)
      const invitation = await invite(other, hostile)
      // Other tests may invite users with such ids too.
      const received = async () =>
        (await ok(hostile, 'GET', '/invitations')).invitations.filter(
          ({ from_user }: { from_user: { id: string } }) => from_user.id === other.id,
        )
      expect(await received()).toMatchObject([{ id: invitation }])
      await respond(hostile, invitation, 'reject')
      for (const _ of [1, 2]) await ok(hostile, 'DELETE', `/invitations/${await invite(hostile, other)}`)
      expect(await received()).toEqual([])
    }
    await Promise.all(people.map(meet))
  })
})
