import { describe, expect, it } from 'vitest'
import { anAdmin, aPair, join, joined, message, post } from '../support/chat.ts'
import { storeMessages } from '../support/rows.ts'
import { type Frame, openSocket } from '../support/socket.ts'

describe('joining', () => {
  it('[JOIN-1] a participant joins and receives last_seq and last_read_seq', async () => {
    const { ada, bob, conversation } = await aPair()
    await post(bob, conversation, 'one')
    const socket = await ada.connect()
    expect(await socket.ask(join(conversation))).toEqual({
      type: 'joined_conversation',
      conversation_id: conversation,
      last_seq: 1,
      last_read_seq: 0,
      request_id: expect.any(String),
    })
  })

  it('[JOIN-2] after_seq returns the entries after it, oldest first, page by page', async () => {
    const { ada, bob, conversation } = await aPair()
    await storeMessages(conversation, bob.id, 1, Array(30).fill('x'.repeat(3900)))
    const socket = await ada.connect()

    const seqs: number[] = []
    let answer: Frame
    do {
      answer = await socket.ask(join(conversation, { after_seq: seqs.at(-1) ?? 2 }))
      expect(JSON.stringify(answer).length).toBeLessThan(128 * 1024)
      seqs.push(...answer['messages'].map(({ seq }: { seq: number }) => seq))
    } while (answer['has_more'])
    expect(seqs).toEqual(Array.from({ length: 28 }, (_, index) => index + 3))
    expect(answer['last_seq']).toBe(30)

    const atEnd = await socket.ask(join(conversation, { after_seq: 30 }))
    expect(atEnd).toMatchObject({ messages: [], has_more: false, last_seq: 30 })
    expect(atEnd).not.toHaveProperty('reset')
  })

  it('[JOIN-3] after_seq beyond the end of the log is answered with reset', async () => {
    const { ada, conversation } = await aPair()
    const socket = await ada.connect()
    for (const after_seq of [1, 10 ** 15]) {
      const answer = await socket.ask(join(conversation, { after_seq }))
      expect(answer).toMatchObject({ reset: true, messages: [], last_seq: 0 })
    }
  })

  it('[JOIN-7] a client that joins right after authenticate, without waiting for the answer, joins', async () => {
    const { ada, conversation } = await aPair()
    for (let n = 0; n < 5; n++) {
      const socket = await openSocket()
      socket.send({ type: 'authenticate', token: ada.token })
      expect(await socket.ask(join(conversation))).toMatchObject({ type: 'joined_conversation' })
      await socket.close()
    }
  })

  it("[JOIN-4] other users' conversations get the same answer as unknown ones", async () => {
    const { conversation } = await aPair()
    const socket = await (await anAdmin('eve')).connect()
    const answers = await Promise.all([conversation, 'unknown'].map((id) => socket.ask(join(id))))
    const [foreign, unknown] = answers.map(({ request_id, ...answer }) => answer)
    expect(foreign).toEqual(unknown)
    expect(foreign).toMatchObject({ type: 'error', code: 'not_found' })
  })

  it('[JOIN-5] joining again gets the same answer as the first join', async () => {
    const { ada, conversation } = await aPair()
    const socket = await joined(ada, conversation)
    expect(await socket.ask(join(conversation))).toMatchObject({
      type: 'joined_conversation',
      last_seq: 0,
    })
  })
})

describe('leaving', () => {
  it('[LEAVE-3] a client that joins, leaves and joins again without waiting for the answers has joined', async () => {
    const { ada, bob, conversation } = await aPair()
    const writer = await bob.connect()
    for (let n = 0; n < 15; n++) {
      const socket = await ada.connect()
      const leave = { type: 'leave_conversation', conversation_id: conversation }
      await Promise.all([join(conversation), leave, join(conversation)].map((frame) => socket.ask(frame)))
      await writer.ask(message(conversation, `${n}`))
      expect(await socket.next('new_message')).toMatchObject({ message: { content: `${n}` } })
      await socket.close()
    }
  })

  it('[LEAVE-1] leaving is acknowledged, even if the conversation was not joined', async () => {
    const { ada, conversation } = await aPair()
    const socket = await joined(ada, conversation)
    for (const conversation_id of [conversation, conversation, 'unknown']) {
      expect(await socket.ask({ type: 'leave_conversation', conversation_id })).toMatchObject({
        type: 'left_conversation',
        conversation_id,
      })
    }
  })

  it('[LEAVE-2] a connection that has left receives conversation_updated instead of new_message', async () => {
    const { ada, bob, conversation } = await aPair()
    const [reader, writer] = [await joined(ada, conversation), await bob.connect()]
    await writer.ask(message(conversation, 'before'))
    await reader.next('new_message')
    await reader.ask({ type: 'leave_conversation', conversation_id: conversation })
    await writer.ask(message(conversation, 'after'))
    expect(await reader.next('conversation_updated')).toMatchObject({ last_seq: 2, unread_count: 2 })
    expect(reader.frames.filter(({ type }) => type === 'new_message')).toHaveLength(1)
  })
})
