import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type Runtime, startRuntime } from '../../../local/runtime.ts'
import { type RestRoute, restRoutes } from '../../../protocol/endpoints.ts'
import { stubbornClient } from './client.ts'

/** Three users, each with an id of its own in each case. */
const names = ['ada', 'bob', 'cyd'] as const
type Name = (typeof names)[number]
const idIn = (index: number, name: Name) => `${name}${index}`

type Client = Awaited<ReturnType<typeof stubbornClient>>
interface People extends Readonly<Record<Name, Client>> {
  readonly ids: Readonly<Record<Name, string>>
}

const answer = z.object({ data: z.record(z.string(), z.unknown()) })
const dataOf = (value: unknown) => answer.parse(value).data
const listed = z.object({
  conversations: z.array(z.object({ id: z.string() })),
})
const page = z.object({ messages: z.array(z.looseObject({ kind: z.string() })) })

const received = z.object({ invitations: z.array(z.object({ id: z.string() })) })

/** One route: what it needs, the call that is repeated, and what must be true once it has been answered. */
interface Case {
  readonly route: RestRoute
  /** Which of the calls to the route it is, if there are several. */
  readonly action?: string
  readonly prepare: (people: People) => Promise<string>
  readonly call: (people: People, id: string) => Promise<unknown>
  readonly check: (people: People, id: string) => Promise<void>
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

const cases: readonly Case[] = [
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

describe('[REPEAT-1] while half of all invocations are killed, a call that is repeated until it is answered', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'admin-chat-repeat-'))
  let runtime: Runtime
  beforeAll(async () => {
    const users = cases.flatMap((_, index) =>
      names.map((name) => {
        const id = idIn(index, name)
        return { id, firstname: name, lastname: 'Test', email: `${id}@example.org`, role: 'admin' as const }
      }),
    )
    const faults = { seed: 5, invocations: { killed: 0.5 } }
    runtime = await startRuntime({ dataDir, users, faults, log: () => undefined })
  })
  afterAll(async () => {
    await runtime.stop()
    rmSync(dataDir, { recursive: true, force: true })
  })

  it('has a case for every route that changes something', () => {
    const changing = restRoutes.filter((route) => !route.startsWith('GET '))
    expect([...new Set(cases.map(({ route }) => route))].toSorted()).toEqual(changing.toSorted())
  })

  it.each(
    cases.map((each, index) => ({ ...each, index, title: [each.route, each.action ?? []].flat().join(' ') })),
  )(
    'changes things once: $title',
    async (each) => {
      const ids = { ada: idIn(each.index, 'ada'), bob: idIn(each.index, 'bob'), cyd: idIn(each.index, 'cyd') }
      const people: People = {
        ids,
        ada: await stubbornClient(runtime, ids.ada),
        bob: await stubbornClient(runtime, ids.bob),
        cyd: await stubbornClient(runtime, ids.cyd),
      }
      const id = await each.prepare(people)
      for (let times = 0; times < 3; times++) await each.call(people, id)
      await each.check(people, id)
      expect(runtime.faults?.strikes()['invocations.killed']).toBeGreaterThan(0)
    },
    120_000,
  )
})
