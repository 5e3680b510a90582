import { expect } from 'vitest'
import { z } from 'zod'
import type { RestRoute } from '../../protocol/endpoints.ts'

/** Three users, each with an id of its own in each case. */
export const names = ['ada', 'bob', 'cyd'] as const
export type Name = (typeof names)[number]

/** Calls a REST route below `/api/admin/chat`, and resolves with the answer once there is one. */
export interface Client {
  call(method: string, path: string, body?: object): Promise<unknown>
}
export interface People extends Readonly<Record<Name, Client>> {
  readonly ids: Readonly<Record<Name, string>>
}

const answer = z.object({ data: z.record(z.string(), z.unknown()) })
export const dataOf = (value: unknown) => answer.parse(value).data
const listed = z.object({
  conversations: z.array(z.object({ id: z.string() })),
})
const page = z.object({ messages: z.array(z.looseObject({ kind: z.string() })) })

const received = z.object({ invitations: z.array(z.object({ id: z.string() })) })

/** One route: what it needs, the call that is repeated, and what must be true once it has been answered. */
export interface RepeatedCall {
  readonly route: RestRoute
  /** Which of the calls to the route it is, if there are several. */
  readonly action?: string
  readonly prepare: (people: People) => Promise<string>
  readonly call: (people: People, id: string) => Promise<unknown>
  readonly check: (people: People, id: string) => Promise<void>
  /** The fields that differ in the answer to a repetition. */
  readonly repeated?: object
}

const conversationsOf = async (one: Client) =>
  listed.parse(dataOf(await one.call('GET', '/conversations'))).conversations.map(({ id }) => id)
const invitationsOf = async (one: Client) =>
  received.parse(dataOf(await one.call('GET', '/invitations'))).invitations.map(({ id }) => id)

/** Ada has one conversation, whose log has entries of these kinds. */
const hasLog =
  (...kinds: readonly string[]) =>
  async ({ ada }: People, id: string): Promise<void> => {
    expect(await conversationsOf(ada)).toEqual([id])
    const log = await ada.call('GET', `/conversations/${id}/messages?after=0`)
    expect(page.parse(dataOf(log)).messages.map(({ kind }) => kind)).toEqual(kinds)
  }

/** Nothing is left of an invitation of ada to bob. */
const hasNothing = async ({ ada, bob }: People): Promise<void> => {
  expect([await invitationsOf(bob), await conversationsOf(ada), await conversationsOf(bob)]).toEqual([
    [],
    [],
    [],
  ])
}

const createGroup = ({ ada, ids }: People) =>
  ada.call('POST', '/conversations', { user_ids: [ids.bob, ids.cyd], client_request_id: 'the group' })

const respond = (one: Client, id: string, action: string) =>
  one.call('PUT', `/invitations/${id}/respond`, { action })

const invite = ({ ada, ids }: People) => ada.call('POST', '/invitations', { to_user_id: ids.bob })
const anInvitation = async (people: People) => String(dataOf(await invite(people))['invitation_id'])

/** A group that bob and then cyd have joined. */
const aGroup = async (people: People): Promise<string> => {
  const { bob, cyd } = people
  const created = await createGroup(people)
  for (const one of [bob, cyd]) {
    for (const id of await invitationsOf(one)) await respond(one, id, 'accept')
  }
  return String(dataOf(created)['conversation_id'])
}

const aMessage = async (people: People): Promise<string> => {
  const id = await aGroup(people)
  await people.ada.call('POST', `/conversations/${id}/messages`, {
    content: 'hello',
    client_message_id: 'm1',
  })
  return id
}

const joins = ['participant_joined', 'participant_joined'] as const

/** Every route that changes something. */
export const repeatedCalls: readonly RepeatedCall[] = [
  {
    route: 'POST /api/admin/chat/conversations',
    prepare: aGroup,
    call: createGroup,
    check: hasLog(...joins),
  },
  {
    route: 'POST /api/admin/chat/conversations/{id}/leave',
    prepare: aGroup,
    call: ({ bob }, id) => bob.call('POST', `/conversations/${id}/leave`, {}),
    check: hasLog(...joins, 'participant_left'),
  },
  {
    route: 'DELETE /api/admin/chat/conversations/{id}/participants/{user_id}',
    prepare: aGroup,
    call: ({ ada, ids }, id) => ada.call('DELETE', `/conversations/${id}/participants/${ids.bob}`, {}),
    check: hasLog(...joins, 'participant_left'),
  },
  {
    route: 'POST /api/admin/chat/conversations/{id}/owner',
    prepare: aGroup,
    call: ({ ada, ids }, id) => ada.call('POST', `/conversations/${id}/owner`, { user_id: ids.bob }),
    check: hasLog(...joins, 'owner_changed'),
  },
  {
    route: 'POST /api/admin/chat/conversations/{id}/messages',
    prepare: aMessage,
    call: ({ ada }, id) =>
      ada.call('POST', `/conversations/${id}/messages`, { content: 'hello', client_message_id: 'm1' }),
    check: hasLog(...joins, 'message'),
  },
  {
    route: 'PATCH /api/admin/chat/conversations/{id}/messages/{seq}',
    prepare: aMessage,
    call: ({ ada }, id) => ada.call('PATCH', `/conversations/${id}/messages/3`, { content: 'other words' }),
    check: hasLog(...joins, 'message', 'message_updated'),
  },
  {
    route: 'DELETE /api/admin/chat/conversations/{id}/messages/{seq}',
    prepare: aMessage,
    call: ({ ada }, id) => ada.call('DELETE', `/conversations/${id}/messages/3`, {}),
    check: hasLog(...joins, 'message', 'message_updated'),
  },
  {
    route: 'POST /api/admin/chat/conversations/{id}/mark-read',
    prepare: aMessage,
    call: ({ bob }, id) => bob.call('POST', `/conversations/${id}/mark-read`, { seq: 3 }),
    check: hasLog(...joins, 'message'),
    repeated: { marked_read: 0 },
  },
  {
    route: 'POST /api/admin/chat/conversations/{id}/invitations',
    prepare: async (people) => {
      const id = await aGroup(people)
      await people.cyd.call('POST', `/conversations/${id}/leave`)
      return id
    },
    call: ({ ada, ids }, id) => ada.call('POST', `/conversations/${id}/invitations`, { to_user_id: ids.cyd }),
    check: async (people, id) => {
      expect(await invitationsOf(people.cyd)).toHaveLength(1)
      await hasLog(...joins, 'participant_left')(people, id)
    },
  },
  {
    route: 'POST /api/admin/chat/invitations',
    prepare: anInvitation,
    call: invite,
    check: async ({ ada, bob }, id) =>
      expect([await invitationsOf(bob), await conversationsOf(ada)]).toEqual([[id], [id]]),
  },
  {
    route: 'PUT /api/admin/chat/invitations/{id}/respond',
    action: 'accept',
    prepare: anInvitation,
    call: ({ bob }, id) => respond(bob, id, 'accept'),
    check: async ({ ada, bob }) => {
      const conversations = await conversationsOf(bob)
      expect(conversations).toHaveLength(1)
      expect([await invitationsOf(bob), await conversationsOf(ada)]).toEqual([[], conversations])
    },
  },
  {
    route: 'PUT /api/admin/chat/invitations/{id}/respond',
    action: 'reject',
    prepare: anInvitation,
    call: ({ bob }, id) => respond(bob, id, 'reject'),
    check: hasNothing,
  },
  {
    route: 'DELETE /api/admin/chat/invitations/{id}',
    prepare: anInvitation,
    call: ({ ada }, id) => ada.call('DELETE', `/invitations/${id}`),
    check: hasNothing,
  },
]
