import { describe, expect, it } from 'vitest'
import { draftHash } from '../../lambdas/chat/entries/message.ts'
import { conversationKeys } from '../../lambdas/stores/conversation-keys.ts'
import { allRows } from '../../lambdas/stores/table.ts'
import {
  aPair,
  conversationsOf,
  history,
  join,
  joined,
  markRead,
  message,
  messagePath,
  post,
  pushes,
} from '../support/chat.ts'
import { openStores } from '../support/stores.ts'

describe('editing and deleting', () => {
  it('[EDIT-1] [EDIT-2] replaces the content at the seq of the message and adds an entry', async () => {
    const { ada, bob, conversation } = await aPair()
    await post(ada, conversation, 'frist', { metadata: { a: 1 }, client_message_id: 'k' })
    await post(bob, conversation, 'second')
    const { status, body: edited } = await ada.call('PATCH', messagePath(conversation, 1), {
      content: 'first',
    })
    expect(status).toBe(200)
    expect(edited['data'].message).toMatchObject({
      seq: 1,
      content: 'first',
      metadata: { a: 1 },
      client_message_id: 'k',
      edited_at: expect.stringMatching(/Z$/),
    })
    const [first, second, update] = await history(bob, conversation)
    expect(first).toMatchObject({ seq: 1, kind: 'message', content: 'first' })
    expect(second).toMatchObject({ seq: 2, content: 'second' })
    expect(update).toEqual({
      id: expect.stringMatching(/^3-/),
      conversation_id: conversation,
      seq: 3,
      kind: 'message_updated',
      sender_id: ada.id,
      created_at: expect.stringMatching(/Z$/),
      target_seq: 1,
      message: first,
    })
    const answer = await (await bob.connect()).ask(join(conversation, { after_seq: 2 }))
    expect(answer['messages']).toEqual([update])
  })

  it('[EDIT-1] [EDIT-4] deleting empties a message and keeps none of its content', async () => {
    const { ada, bob, conversation } = await aPair()
    await post(ada, conversation, 'secret', { metadata: { secret: true } })
    for (const _ of [1, 2]) {
      const { status, body: deleted } = await ada.call('DELETE', messagePath(conversation, 1))
      expect(status).toBe(200)
      expect(deleted['data'].message).toMatchObject({ seq: 1, content: '', deleted_at: expect.any(String) })
    }
    const entries = await history(bob, conversation)
    expect(entries.map(({ kind }) => kind)).toEqual(['message', 'message_updated'])
    expect(JSON.stringify(entries)).not.toContain('secret')
    expect((await ada.call('PATCH', messagePath(conversation, 1), { content: 'again' })).status).toBe(404)
    expect((await conversationsOf(bob))[0]).toMatchObject({ last_seq: 2, last_message: null })
  })

  it('[EDIT-1] [SEND-3] after a change, nothing in the tables reveals the earlier content of a message with a key', async () => {
    const stores = openStores()
    const table = { db: stores.db, tableName: stores.tables.conversations }
    for (const method of ['PATCH', 'DELETE']) {
      const { ada, conversation } = await aPair()
      const send = { content: '4711', client_message_id: 'pin' }
      const sending = async (draft: object) =>
        await ada.call('POST', `/conversations/${conversation}/messages`, draft)
      /** Whether a reader of the tables who guesses the content can tell that the guess is right. */
      const isRevealed = async () => {
        const rows = await allRows(table, conversationKeys.partition(conversation))
        const stored = rows.find(({ sk }) => String(sk).startsWith('DEDUP#'))
        expect(stored?.['hash']).toEqual(expect.any(String))
        const values = rows.flatMap((row) => Object.values(row).map(String))
        return ['', ...values].some(
          (key) => draftHash({ content: '4711' }, key || undefined) === stored?.['hash'],
        )
      }
      await sending(send)
      expect((await sending({ ...send, content: '4712' })).status).toBe(409)
      expect(await isRevealed()).toBe(true)
      const { body } = await ada.call(method, messagePath(conversation, 1), { content: 'new' })
      expect(await isRevealed()).toBe(false)
      for (const draft of [send, { ...send, content: '4712' }]) {
        const again = await sending(draft)
        expect([again.status, again.body['data'].message]).toEqual([200, body['data'].message])
      }
    }
  })

  it('[EDIT-3] a change is pushed like a message over REST', async () => {
    const { ada, bob, conversation } = await aPair()
    const [a, b, notJoined] = [
      await joined(ada, conversation),
      await joined(bob, conversation),
      await bob.connect(),
    ]
    await a.ask(message(conversation, 'frist'))
    await b.next('new_message')
    await b.ask(markRead(conversation, 1))
    await ada.call('PATCH', messagePath(conversation, 1), { content: 'first' })
    for (const socket of [b, notJoined]) {
      expect(await socket.next('message_updated')).toMatchObject({
        conversation_id: conversation,
        seq: 2,
        message: { seq: 1, content: 'first', is_read: true },
      })
    }
    expect(await a.next('conversation_updated')).toMatchObject({
      last_seq: 2,
      last_message: { seq: 1, content: 'first' },
    })
    await ada.call('PATCH', messagePath(conversation, 1), { content: 'First', connection_id: a.connectionId })
    await b.next('message_updated')
    expect(pushes(a).filter((type) => type === 'conversation_updated')).toHaveLength(1)
  })

  it('[EDIT-3] [PUSH-3] a deletion can name the connection that receives nothing', async () => {
    const { ada, bob, conversation } = await aPair()
    const [calling, other, b] = [
      await joined(ada, conversation),
      await joined(ada, conversation),
      await joined(bob, conversation),
    ]
    await post(ada, conversation, 'hi', { connection_id: calling.connectionId })
    const connection_id = calling.connectionId
    await ada.call('DELETE', messagePath(conversation, 1), { connection_id })
    for (const socket of [other, b]) {
      expect(await socket.next('message_updated')).toMatchObject({ message: { seq: 1, content: '' } })
    }
    await calling.ask({ type: 'ping' })
    expect(pushes(calling)).toEqual([])
  })

  it("[EDIT-4] refuses others' messages and entries that are not messages, and adds no entry for unchanged content", async () => {
    const { ada, bob, conversation } = await aPair()
    await post(ada, conversation, 'first')
    await ada.call('PATCH', messagePath(conversation, 1), { content: 'edited' })
    for (const [user, seq] of [
      [bob, 1],
      [ada, 2],
      [ada, 99],
    ] as const) {
      for (const method of ['PATCH', 'DELETE']) {
        const { status, body } = await user.call(method, messagePath(conversation, seq), { content: 'other' })
        expect([status, body['code']]).toEqual([404, 'not_found'])
      }
    }
    const same = await ada.call('PATCH', messagePath(conversation, 1), { content: 'edited' })
    expect(same.status).toBe(200)
    expect((await history(ada, conversation)).map(({ seq }) => seq)).toEqual([1, 2])
  })

  it('[EDIT-5] content and metadata must satisfy the rules for sending', async () => {
    const { ada, conversation } = await aPair()
    await post(ada, conversation, 'hi')
    const codeOf = async (body: object) =>
      (await ada.call('PATCH', messagePath(conversation, 1), body)).body['code']
    expect(await codeOf({ content: ' ' })).toBe('bad_request')
    expect(await codeOf({ content: 'x'.repeat(4001) })).toBe('payload_too_large')
    expect(await codeOf({ content: 'x', metadata: [] })).toBe('bad_request')
    expect(await codeOf({})).toBe('bad_request')
    for (const seq of ['0', '-1', 'x', '1.5']) {
      expect((await ada.call('PATCH', messagePath(conversation, seq), { content: 'x' })).status).toBe(400)
    }
  })

  it('[EDIT-6] concurrent changes get successive seqs, and a repeated send returns the message as it is now', async () => {
    const { ada, bob, conversation } = await aPair()
    const send = { content: 'zero', client_message_id: 'k' }
    await ada.call('POST', `/conversations/${conversation}/messages`, send)
    const changes = Array.from({ length: 8 }, (_, n) => `edit ${n}`)
    await Promise.all([
      ...changes.map((content) => ada.call('PATCH', messagePath(conversation, 1), { content })),
      ...changes.map((content) => post(bob, conversation, content)),
    ])
    const entries = await history(bob, conversation)
    expect(entries.map(({ seq }) => seq)).toEqual(Array.from({ length: 17 }, (_, n) => n + 1))
    const again = await ada.call('POST', `/conversations/${conversation}/messages`, send)
    expect(again.body['data'].message).toEqual(entries[0])
    expect(changes).toContain(entries[0]?.['content'])
  })

  it('[EDIT-7] last_message is the newest message that was not deleted, in lists and in pushes', async () => {
    const { ada, bob, conversation } = await aPair()
    for (const content of ['one', 'two', 'three']) await post(ada, conversation, content)
    const a = await ada.connect()
    const shown = [
      [3, { seq: 2, content: 'two' }],
      [1, { seq: 2, content: 'two' }],
      [2, null],
    ] as const
    for (const [seq, last_message] of shown) {
      await ada.call('DELETE', messagePath(conversation, seq))
      expect((await conversationsOf(bob))[0]).toMatchObject({ last_message })
      expect(await a.next('conversation_updated')).toMatchObject({ last_message })
    }
    await post(bob, conversation, 'four')
    expect((await conversationsOf(bob))[0]).toMatchObject({ last_message: { content: 'four' } })
  })
})
