import { expect, it } from 'vitest'
import type { Message, ServerFrame } from '../../../client/wire.ts'
import { Random } from '../../../verification/model/random.ts'
import { ID } from '../support/fake-conversation.ts'
import { roomOf } from './open-room.ts'

const SEEDS = [1, 2, 3, 4, 5, 6]
const OUTAGES = 50

/** Goes offline and online while both participants write and edit; pushes are lost, late, repeated and out of order. */
async function runWithOutages(seed: number) {
  const random = new Random(seed)
  const { core, server, room: first, open, outbox, settle } = roomOf({ messages: random.below(5) })
  const late: ServerFrame[] = []
  let room = first
  let isOnline = false
  let sends = 0

  const push = (frame: ServerFrame) => {
    if (!isOnline || random.chance(0.2)) return
    if (random.chance(0.6)) core.receive(frame)
    if (random.chance(0.5)) late.push(frame)
  }
  const acknowledge = () => {
    const key = outbox.unacknowledged()[0]
    if (!isOnline || key === undefined) return
    const message = outbox.acknowledge(key)
    if (random.chance(0.5)) {
      core.receive({ type: 'message_sent', conversation_id: ID, client_message_id: key, message })
    }
  }
  const edit = async () => {
    const seq = 1 + random.below(Math.max(1, server.log.length))
    const entry = server.log[seq - 1]
    if (entry?.kind !== 'message') return
    if (entry.sender_id === 'ada') await room.edit(seq, `edited ${server.log.length}`)
    else server.edit(seq, `edited ${server.log.length}`)
    const message = structuredClone(server.log[seq - 1]) as Message
    push({ type: 'message_updated', conversation_id: ID, seq: server.log.length, message })
  }
  const actions = [
    () => push(server.push(server.send('grace', `hello ${server.log.length + 1}`))),
    () => void room.send(`mine ${++sends}`),
    acknowledge,
    edit,
    () => {
      for (const frame of late.splice(random.below(late.length), 1)) push(frame)
    },
    () => core.clock.advance(random.below(3000)),
    async () => {
      room.close()
      await settle()
      room = open()
    },
  ]

  for (let i = 0; i < OUTAGES; i++) {
    isOnline = !isOnline
    if (isOnline) core.goOnline({ rotated: random.chance(0.1) })
    else core.goOffline()
    for (let steps = random.below(12); steps > 0; steps--) {
      await actions[random.below(actions.length)]?.()
      await core.clock.advance(random.below(50))
    }
  }
  isOnline = true
  core.goOnline()
  while (outbox.unacknowledged().length > 0) acknowledge()
  core.receive({ type: 'pong', time: '', heads: { [ID]: server.log.length } })
  await core.clock.advance(60_000)
  return { ...room.log.getSnapshot(), server: server.log }
}

it.each(SEEDS)(
  '[CLIENT-3] after 50 outages with messages in both directions nothing is missing and nothing is doubled (seed %i)',
  async (seed) => {
    const { entries, pending, lastSeq, server } = await runWithOutages(seed)
    const words = (message: Message) => `${message.seq} ${message.content}`
    const expected = server.filter((entry): entry is Message => entry.kind === 'message')
    const first = entries[0]?.seq ?? 0
    expect(entries.map((entry) => words(entry as Message))).toEqual(
      expected.filter(({ seq }) => seq >= first).map(words),
    )
    expect([pending, lastSeq, entries.length > 20]).toEqual([[], server.length, true])
  },
)
