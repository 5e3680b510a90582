import { describe, expect, it } from 'vitest'
import { acceptAll, aGroup, anAdmin, history, joined, message, post } from '../support/chat.ts'
import { Screen } from '../support/screen.ts'

describe('polling', () => {
  it('[REST-9] reaches what a socket shows, message by message', async () => {
    const { creator: ada, others, group } = await aGroup(['ada', 'bob', 'cyd'])
    const [bob, cyd] = others
    if (!bob || !cyd) throw new Error('nobody')
    const [live, polled] = [new Screen(ada.id), new Screen(ada.id)]
    const socket = await ada.connect()
    const { messages } = await socket.ask({ type: 'join_conversation', conversation_id: group, after_seq: 0 })
    for (const entry of messages) live.entry(entry)
    const heard = socket.frames.length

    const theirs = await joined(bob, group)
    const at = (seq: number) => `/conversations/${group}/messages/${seq}`
    const poll = async () => {
      for (const entry of await history(ada, group, `?limit=3&after=${polled.complete}`)) polled.entry(entry)
      return polled.complete
    }
    const newcomer = await anAdmin('newcomer')
    const steps: readonly (() => Promise<unknown>)[] = [
      () => socket.ask(message(group, 'one', { client_message_id: 'k' })),
      () => theirs.ask(message(group, 'two')),
      () => post(cyd, group, 'three'),
      () =>
        ada.call('PATCH', at(3), {
          content: 'ONE',
          metadata: { bold: true },
          connection_id: socket.connectionId,
        }),
      () => cyd.call('DELETE', at(5)),
      () => ada.call('POST', `/conversations/${group}/invitations`, { to_user_id: newcomer.id }),
      () => acceptAll(newcomer),
      () =>
        Promise.all(Array.from({ length: 12 }, (_, n) => post(n % 2 ? bob : newcomer, group, `burst ${n}`))),
      () => bob.call('PATCH', at(4), { content: 'TWO' }),
      () => bob.call('PATCH', at(4), { content: 'two again' }),
      () => cyd.call('POST', `/conversations/${group}/leave`),
      () => theirs.ask({ type: 'mark_read', conversation_id: group, seq: 999 }),
      () => newcomer.call('POST', `/conversations/${group}/mark-read`),
      () => socket.ask(message(group, 'the end')),
    ]
    for (const step of steps) {
      await step()
      await poll()
    }
    for (let before = -1; before < polled.complete; ) {
      before = polled.complete
      await poll()
    }

    await expect
      .poll(() => {
        for (const frame of socket.frames.slice(heard)) live.frame(frame)
        return live.complete
      })
      // Her own edit was answered over REST, and is in the log alone.
      .toBe(5)
    for (const entry of await history(ada, group, `?after=${live.complete}`)) live.entry(entry)

    expect(live.complete).toBe(polled.complete)
    expect(live.messages).toEqual(polled.messages)
    expect(live.participants).toEqual(polled.participants)
    expect(live.participants).toEqual([bob.id, newcomer.id].sort())
    const page = await history(ada, group, '?limit=100')
    const read = page.filter(
      ({ kind, sender_id, is_read }) => kind === 'message' && sender_id === ada.id && is_read,
    )
    expect(live.read([bob.id, newcomer.id])).toEqual(read.map(({ seq }) => seq))
    expect(read).toHaveLength(1)
  })
})
