import { expect, it } from 'vitest'
import { createPresence } from '../../../client/lists/presence.ts'
import type { Conversation } from '../../../client/wire.ts'
import { aConversation, aList, aPerson, at, me } from './support.ts'

const online = { is_online: true, last_seen: at(1) }
const gone = { is_online: false, last_seen: at(9) }
const withBob = aConversation('c1', {
  participants: [aPerson('bob', online), aPerson(me, online)],
  participant: aPerson('bob', online),
})

async function presenceOf(...conversations: readonly Conversation[]) {
  const core = await aList(...conversations)
  const presence = createPresence(core.core, core.list)
  return { ...core, presence, known: () => Object.fromEntries(presence.getSnapshot()) }
}

it('[CLIENT-4] presence comes from the participants of the list and from pushes', async () => {
  const { known, push, presence } = await presenceOf(withBob)
  expect(known()).toEqual({ bob: online })
  push('user_presence', { user_id: 'bob', ...gone })
  push('user_presence', { user_id: 'eve', ...online })
  expect(known()).toEqual({ bob: gone, eve: online })
  const before = presence.getSnapshot()
  push('user_presence', { user_id: 'eve', ...online })
  expect(presence.getSnapshot()).toBe(before)
})

it('[CLIENT-6] without a socket, only what lists say about presence remains', async () => {
  const { known, push, phase, polled } = await presenceOf(withBob)
  push('user_presence', { user_id: 'eve', ...online })
  phase('polling')
  expect(known()).toEqual({ bob: online })
  const fresh = { participants: [aPerson('bob', gone)], participant: aPerson('bob', gone) }
  polled({ conversations: [{ ...withBob, ...fresh }] })
  expect(known()).toEqual({ bob: gone })
})

it('[CLIENT-9] where presence is off, nothing is known', async () => {
  const { known } = await presenceOf(aConversation('c1'))
  expect(known()).toEqual({})
})

it('[CLIENT-4] presence from before an outage is not shown during it', async () => {
  const { known, push, phase } = await presenceOf(withBob)
  push('user_presence', { user_id: 'eve', ...online })
  phase('offline')
  expect(known()).toEqual({})
})
