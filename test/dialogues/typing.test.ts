import { describe, expect, it } from 'vitest'
import { anAdmin, aPair, joined, message, pushes } from '../support/chat.ts'
import { openStores } from '../support/stores.ts'

const typing = (conversation_id: string, is_typing = true) => ({ type: 'typing', conversation_id, is_typing })

describe('typing', () => {
  it('[TYPING-1] is pushed to the joined connections of the others and stored nowhere', async () => {
    const { ada, bob, conversation } = await aPair()
    const [a, b1, b2] = [
      await joined(ada, conversation),
      await joined(bob, conversation),
      await joined(bob, conversation),
    ]
    const notJoined = await bob.connect()
    for (const is_typing of [true, false]) {
      a.send(typing(conversation, is_typing))
      for (const socket of [b1, b2]) {
        expect(await socket.next('user_typing')).toEqual({
          type: 'user_typing',
          conversation_id: conversation,
          user_id: ada.id,
          is_typing,
        })
      }
    }
    expect(pushes(notJoined)).toEqual([])
    expect(await openStores().log.after(conversation, 0, 10)).toEqual([])
  })

  it('[TYPING-1] does not require the sender to join, and is not answered', async () => {
    const { ada, bob, conversation } = await aPair()
    const [a, b] = [await ada.connect(), await joined(bob, conversation)]
    a.send({ ...typing(conversation), request_id: 'unanswered' })
    await b.next('user_typing')
    await a.ask({ type: 'ping' })
    expect(a.frames.filter(({ request_id }) => request_id === 'unanswered')).toEqual([])
  })

  it('[TYPING-2] is not pushed to any connection of the sender', async () => {
    const { ada, bob, conversation } = await aPair()
    const [a1, a2, b] = [
      await joined(ada, conversation),
      await joined(ada, conversation),
      await joined(bob, conversation),
    ]
    a1.send(typing(conversation))
    await b.next('user_typing')
    b.send(typing(conversation))
    for (const socket of [a1, a2]) {
      expect(await socket.next('user_typing')).toMatchObject({ user_id: bob.id })
      expect(pushes(socket)).toEqual(['user_typing'])
    }
  })

  it("[TYPING-3] in other users' conversations or an unknown one is not_found, and is not pushed", async () => {
    const { ada, conversation } = await aPair()
    const [a, eve] = [await joined(ada, conversation), await (await anAdmin('eve')).connect()]
    for (const id of [conversation, 'unknown']) {
      expect(await eve.ask(typing(id))).toMatchObject({ type: 'error', code: 'not_found' })
    }
    await a.ask({ type: 'ping' })
    expect(pushes(a)).toEqual([])
  })

  it('[TYPING-4] is pushed in bursts of five; further frames are dropped without an error', async () => {
    const { ada, bob, conversation } = await aPair()
    const [a, b] = [await joined(ada, conversation), await joined(bob, conversation)]
    for (let n = 0; n < 12; n++) a.send(typing(conversation))
    for (let n = 0; n < 5; n++) await b.next('user_typing')
    await a.ask(message(conversation, 'typed'))
    await b.next('new_message')
    const pushed = pushes(b).filter((type) => type === 'user_typing').length
    expect(pushed).toBeGreaterThanOrEqual(5)
    // One more is allowed for each second that the test takes.
    expect(pushed).toBeLessThan(8)
    expect(a.frames.filter(({ type }) => type === 'error')).toEqual([])
  })
})
