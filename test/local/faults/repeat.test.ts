import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type Runtime, startRuntime } from '../../../local/runtime.ts'
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

/** One route: what it needs, the call that is repeated, and what must be true once it has been answered. */
interface Case {
  readonly route: string
  readonly prepare: (people: People) => Promise<string>
  readonly call: (people: People, id: string) => Promise<unknown>
  /** The kinds of the entries of the log. */
  readonly kinds: readonly string[]
}

const createGroup = ({ ada, ids }: People) =>
  ada.call('POST', '/conversations', { user_ids: [ids.bob, ids.cyd], client_request_id: 'the group' })

/** A group that bob and then cyd have joined. */
const aGroup = async (people: People): Promise<string> => {
  const { bob, cyd } = people
  const created = await createGroup(people)
  for (const one of [bob, cyd]) {
    const { invitations } = z
      .object({ invitations: z.array(z.object({ id: z.string() })) })
      .parse(dataOf(await one.call('GET', '/invitations')))
    for (const { id } of invitations)
      await one.call('PUT', `/invitations/${id}/respond`, { action: 'accept' })
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
    route: 'POST /conversations',
    prepare: aGroup,
    call: createGroup,
    kinds: joins,
  },
  {
    route: 'POST /conversations/{id}/leave',
    prepare: aGroup,
    call: ({ bob }, id) => bob.call('POST', `/conversations/${id}/leave`, {}),
    kinds: [...joins, 'participant_left'],
  },
  {
    route: 'DELETE /conversations/{id}/participants/{user_id}',
    prepare: aGroup,
    call: ({ ada, ids }, id) => ada.call('DELETE', `/conversations/${id}/participants/${ids.bob}`, {}),
    kinds: [...joins, 'participant_left'],
  },
  {
    route: 'POST /conversations/{id}/owner',
    prepare: aGroup,
    call: ({ ada, ids }, id) => ada.call('POST', `/conversations/${id}/owner`, { user_id: ids.bob }),
    kinds: [...joins, 'owner_changed'],
  },
  {
    route: 'POST /conversations/{id}/messages',
    prepare: aMessage,
    call: ({ ada }, id) =>
      ada.call('POST', `/conversations/${id}/messages`, { content: 'hello', client_message_id: 'm1' }),
    kinds: [...joins, 'message'],
  },
  {
    route: 'PATCH /conversations/{id}/messages/{seq}',
    prepare: aMessage,
    call: ({ ada }, id) => ada.call('PATCH', `/conversations/${id}/messages/3`, { content: 'other words' }),
    kinds: [...joins, 'message', 'message_updated'],
  },
  {
    route: 'DELETE /conversations/{id}/messages/{seq}',
    prepare: aMessage,
    call: ({ ada }, id) => ada.call('DELETE', `/conversations/${id}/messages/3`, {}),
    kinds: [...joins, 'message', 'message_updated'],
  },
  {
    route: 'POST /conversations/{id}/mark-read',
    prepare: aMessage,
    call: ({ bob }, id) => bob.call('POST', `/conversations/${id}/mark-read`, { seq: 3 }),
    kinds: [...joins, 'message'],
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

  it.each(cases.map((each, index) => ({ ...each, index })))(
    'changes things once: $route',
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
      const { conversations } = listed.parse(dataOf(await people.ada.call('GET', '/conversations')))
      expect(conversations).toMatchObject([{ id }])
      const log = await people.cyd.call('GET', `/conversations/${id}/messages?after=0`)
      expect(page.parse(dataOf(log)).messages.map(({ kind }) => kind)).toEqual(each.kinds)
      expect(runtime.faults?.strikes()['invocations.killed']).toBeGreaterThan(0)
    },
    120_000,
  )
})
