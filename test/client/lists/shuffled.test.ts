import { expect, it } from 'vitest'
import type { Conversation, Person, ServerFrame } from '../../../client/wire.ts'
import { Random } from '../../../verification/model/random.ts'
import { modelServer } from './model-server.ts'
import { aList } from './support.ts'

const SEEDS = 200
const ACTIONS = 40

/** The frames in any order, and some of them twice. */
function shuffled(random: Random, frames: readonly ServerFrame[]): readonly ServerFrame[] {
  const twice = [...frames, ...frames.filter(() => random.chance(0.3))]
  return twice
    .map((frame) => [random.next(), frame] as const)
    .sort(([a], [b]) => a - b)
    .map(([, frame]) => frame)
}

/** What the list promises: it does not follow presence, nor who has read a message. */
function told({ unread_count: _, participants, participant, last_message, ...rest }: Conversation) {
  const withoutPresence = ({ is_online: _, last_seen: __, ...person }: Person) => person
  const people = [participant, ...participants].map(withoutPresence)
  if (!last_message) return { ...rest, people }
  const { is_read: __, ...message } = last_message
  return { ...rest, people, message }
}

/** A server and a client that has read its list, and what the client's list must be in the end. */
async function scenario(seed: number) {
  const random = new Random(seed)
  const model = modelServer(random)
  for (let i = 0; i < 4; i++) model.create(i % 2 === 0)
  for (let i = 0; i < 10; i++) model.act()
  const client = await aList(...model.list())
  const check = () => {
    client.server.items = model.list()
    const byId = (items: readonly Conversation[]) =>
      Object.fromEntries(items.map((item) => [item.id, told(item)]))
    expect(byId(client.list.list.getSnapshot().items), `seed ${seed}`).toEqual(byId(model.list()))
    for (const { id, unread_count } of model.list()) {
      const shown = client.of(id).unread_count
      if (model.isInexact(id)) expect(shown, `${id}, seed ${seed}`).toBeGreaterThanOrEqual(unread_count)
      else expect(shown, `${id}, seed ${seed}`).toBe(unread_count)
    }
  }
  const deliver = (frames: readonly ServerFrame[]) => {
    client.server.items = model.list()
    for (const { type, ...fields } of shuffled(random, frames)) client.push(type, fields as never)
  }
  return { random, model, client, check, deliver }
}

it('[CLIENT-4] messages in any order and twice give the same list as reading it again', async () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { model, client, check, deliver } = await scenario(seed)
    deliver(Array.from({ length: ACTIONS }, () => model.speak()).flat())
    check()
    await client.clock.advance(5000)
    expect(client.calls, `reads with seed ${seed}`).toHaveLength(1)
  }
})

it('[CLIENT-4] all other pushes in any order and twice give that list too, after one reading at most', async () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { random, model, client, check, deliver } = await scenario(seed)
    const act = () => (random.chance(0.3) ? model.actOnList() : model.act())
    deliver(Array.from({ length: ACTIONS }, act).flat())
    await client.clock.advance(5000)
    check()
    expect(client.calls.length, `reads with seed ${seed}`).toBeLessThanOrEqual(2)
  }
})

it('[CLIENT-4] messages after deletions give the exact count, although pushes count deleted messages', async () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { model, client, deliver } = await scenario(seed)
    deliver(Array.from({ length: ACTIONS }, () => model.act()).flat())
    await client.clock.advance(5000)
    deliver(Array.from({ length: ACTIONS }, () => model.speak()).flat())
    for (const { id, unread_count } of model.list())
      expect(client.of(id).unread_count, `${id}, seed ${seed}`).toBe(unread_count)
  }
})
