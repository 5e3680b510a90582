import { describe, expect, it } from 'vitest'
import {
  acceptAll,
  aGroup,
  anAdmin,
  history,
  invitationsPath,
  join,
  joined,
  leavePath,
  message,
  messagePath,
  post,
} from '../support/chat.ts'
import { Screen } from '../support/screen.ts'

describe('polling', () => {
  it('[REST-9] shows the same messages and participants as a socket', async () => {
    const { ada, bob, cyd, group } = await aGroup('ada', 'bob', 'cyd')
    const [live, polled] = [new Screen(ada.id), new Screen(ada.id)]
    const socket = await ada.connect()
    const { messages } = await socket.ask(join(group, { after_seq: 0 }))
    for (const entry of messages) live.entry(entry)
    const framesBefore = socket.frames.length

    const b = await joined(bob, group)
    const poll = async () => {
      for (const entry of await history(ada, group, `?limit=3&after=${polled.complete}`)) polled.entry(entry)
      return polled.complete
    }
    const newcomer = await anAdmin('newcomer')
    const steps: readonly (() => Promise<unknown>)[] = [
      () => socket.ask(message(group, 'one', { client_message_id: 'k' })),
      () => b.ask(message(group, 'two')),
      () => post(cyd, group, 'three'),
      () =>
        ada.call('PATCH', messagePath(group, 3), {
          content: 'ONE',
          metadata: { bold: true },
          connection_id: socket.connectionId,
        }),
      () => cyd.call('DELETE', messagePath(group, 5)),
      () => ada.call('POST', invitationsPath(group), { to_user_id: newcomer.id }),
      () => acceptAll(newcomer),
      () =>
        Promise.all(Array.from({ length: 12 }, (_, n) => post(n % 2 ? bob : newcomer, group, `burst ${n}`))),
      () => bob.call('PATCH', messagePath(group, 4), { content: 'TWO' }),
      () => bob.call('PATCH', messagePath(group, 4), { content: 'two again' }),
      () => cyd.call('POST', leavePath(group)),
      () => b.ask({ type: 'mark_read', conversation_id: group, seq: 999 }),
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
        for (const frame of socket.frames.slice(framesBefore)) live.frame(frame)
        return live.complete
      })
      // The edit with `connection_id` is not pushed to that connection, so it appears only in the log.
      .toBe(5)
    for (const entry of await history(ada, group, `?after=${live.complete}`)) live.entry(entry)

    expect(live.complete).toBe(polled.complete)
    expect(live.messages).toEqual(polled.messages)
    expect(live.participants).toEqual(polled.participants)
    expect(live.participants).toEqual([bob.id, newcomer.id].sort())
    const page = await history(ada, group, '?limit=100&entries=all')
    const read = page.filter(
      ({ kind, sender_id, is_read }) => kind === 'message' && sender_id === ada.id && is_read,
    )
    expect(live.read([bob.id, newcomer.id])).toEqual(read.map(({ seq }) => seq))
    expect(read).toHaveLength(1)
  })
})
