import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type Admin,
  acceptAll,
  adminWithId,
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
import { adminInProcess, functionsInProcess } from '../support/in-process.ts'
import { word } from '../support/people.ts'

/** As long as an id may be. */
const longest = `${'l'.repeat(242)}@example.org`

/** Names of properties of objects, of rows and of keys, numbers, the shortest, and generated ones of each kind. */
const many = new Set([
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'then', 'toJSON', 'length', 'pk', 'CONN'],
  ...['META', '0', '-1', 'x', "'", '.', '..', '@', "o'brien+x@example.org", longest],
  ...hostileIds(HOSTILE_SEED, 4),
])

const functions = functionsInProcess()
const inProcess = async (id: string) => adminInProcess(functions, await adminWithId(id))

const ways = [
  ['over sockets', ['__proto__', 'constructor', longest, "'"], adminWithId],
  ['in the functions themselves', [...many], inProcess],
] as const

/** Fails with the body unless the call succeeded. */
async function ok(admin: Admin, method: string, path: string, body?: object) {
  const answer = await admin.call(method, path, body)
  expect([answer.status, answer.body], `${method} ${path} by ${admin.id}`).toEqual([
    200,
    expect.objectContaining({ success: true }),
  ])
  return answer.body['data']
}

describe.each(ways)(
  `every route works for users with hostile ids %s (HOSTILE_SEED=${HOSTILE_SEED})`,
  {
    timeout: 60_000,
  },
  (_, ids, admin) => {
    const people: Admin[] = []
    let [ada, group] = [{} as Admin, '']

    beforeAll(async () => {
      ada = await admin(`ada-${word()}`)
      people.push(...(await Promise.all(ids.map((id) => admin(id)))))
    })

    afterAll(() => expect(functions.reported).toEqual([]))

    it('[INV-4] [SEND-1] [SEND-3] [READ-1] [EDIT-1] in a pair', async () => {
      const talk = async (hostile: Admin) => {
        const ada = await admin(`ada-${word()}`)
        const { conversation_id: conversation } = (
          await respond(hostile, await invite(ada, hostile), 'accept')
        ).body['data']
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
        const leave = { type: 'leave_conversation', conversation_id: conversation }
        expect(await h.ask(leave)).toMatchObject({ type: 'left_conversation' })
      }
      await Promise.all(people.map(talk))
    })

    it('[GROUP-1] [GROUP-3] [GROUP-4] [GROUP-8] [GROUP-10] [SEND-2] in a group of all of them', async () => {
      const [first = expect.fail('there are no people')] = people
      const user_ids = [ada, ...people.slice(1, 3)].map(({ id }) => id)
      const made = await ok(first, 'POST', '/conversations', { user_ids })
      group = made.conversation_id
      for (const person of [ada, ...people.slice(1, 3)]) await acceptAll(person)
      const members = people.slice(0, 3)
      for (const person of [...members, ...members]) {
        await ok(person, 'POST', `/conversations/${group}/messages`, { content: 'hi' })
      }
      expect((await conversationsOf(ada))[0]).toMatchObject({ id: group, unread_count: 6 })
      const markAll = async (person: Admin) => {
        expect((await conversationsOf(person))[0]).toMatchObject({ id: group, unread_count: 4 })
        await ok(person, 'POST', `/conversations/${group}/mark-read`)
      }
      await Promise.all(members.map(markAll))
      await ok(first, 'POST', invitationsPath(group), { user_ids: people.slice(3).map(({ id }) => id) })
      expect((await ok(first, 'GET', invitationsPath(group))).invitations).toHaveLength(people.length - 3)
      for (const person of people.slice(3)) await acceptAll(person)
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
        const other = await admin(`other-${word()}`)
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
  },
)
