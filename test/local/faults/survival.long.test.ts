import { describe, expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import type { FaultOptions } from '../../../local/faults/options.ts'
import { startRuntime } from '../../../local/runtime.ts'
import { temporaryDirectory } from '../temporary.ts'
import { stubbornClient } from './client.ts'

const users = ['ada', 'bob'].map((id) => ({
  id,
  firstname: id,
  lastname: 'Test',
  email: `${id}@example.org`,
  role: 'admin' as const,
}))
const data = z.object({
  data: z.object({ invitation_id: z.string().optional(), conversation_id: z.string().optional() }),
})
const history = z.object({
  messages: z.array(z.object({ seq: z.number(), content: z.string() })),
  has_more: z.boolean(),
})
const pong = z.object({ heads: z.record(z.string(), z.number()) })

/** A laptop with these faults, and two users in a conversation. */
async function startConversation(faults: FaultOptions) {
  const runtime = await startRuntime({ dataDir: temporaryDirectory(), users, faults, log: () => undefined })
  onTestFinished(() => runtime.stop())
  const [ada, bob] = [await stubbornClient(runtime, 'ada'), await stubbornClient(runtime, 'bob')]
  const invited = data.parse(await ada.call('POST', '/invitations', { to_user_id: 'bob' })).data
  const path = `/invitations/${invited.invitation_id}/respond`
  const accepted = data.parse(await bob.call('PUT', path, { action: 'accept' })).data
  const conversation_id = String(accepted.conversation_id)
  for (const one of [ada, bob]) {
    await one.authenticate()
    await one.ask({ type: 'join_conversation', conversation_id })
  }
  return { runtime, ada, bob, conversation_id }
}

describe('the chat under faults', () => {
  it('[SEND-1] [SEND-3] loses and duplicates nothing when pushes vanish and the database reports applied writes as failed', async () => {
    const { runtime, ada, bob, conversation_id } = await startConversation({
      seed: 1,
      posts: { lost: 0.6 },
      database: { errorAfter: 0.6, onePage: true },
    })
    const contents = Array.from({ length: 8 }, (_, index) => `message ${index + 1}`)
    for (const [index, content] of contents.entries()) {
      const client_message_id = `m${index}`
      await ada.ask({ type: 'send_message', conversation_id, message: { content }, client_message_id })
    }

    // The latest seqs in the pong show bob that pushes are missing, and joining again delivers the messages.
    const { heads } = pong.parse(await bob.ask({ type: 'ping' }))
    expect(heads[conversation_id]).toBe(contents.length)
    const caughtUp = history.parse(
      await bob.ask({ type: 'join_conversation', conversation_id, after_seq: 0 }),
    )
    expect(caughtUp.messages).toMatchObject(contents.map((content, index) => ({ seq: index + 1, content })))
    expect(caughtUp.has_more).toBe(false)

    // The test proves nothing unless the faults have struck.
    const pushed = bob.frames.filter(({ type }) => type === 'new_message')
    expect(pushed.length).toBeLessThan(contents.length)
    expect(ada.repeats()).toBeGreaterThan(0)
    const strikes = runtime.faults?.strikes()
    expect(strikes?.['posts.lost']).toBeGreaterThan(0)
    expect(strikes?.['database.errorAfter']).toBeGreaterThan(contents.length / 2)
    expect(runtime.faults?.tally()).toContain('database.errorAfter ')
  }, 60_000)

  it('F34 F35: loses nothing while the secret store fails and invocations are throttled', async () => {
    const { runtime, ada, conversation_id } = await startConversation({
      seed: 3,
      secrets: { failed: 0.8 },
      invocations: { throttled: 0.3 },
    })
    const contents = Array.from({ length: 8 }, (_, index) => `message ${index + 1}`)
    for (const [index, content] of contents.entries()) {
      const client_message_id = `m${index}`
      await ada.ask({ type: 'send_message', conversation_id, message: { content }, client_message_id })
    }
    const { messages } = history.parse(
      await ada.ask({ type: 'join_conversation', conversation_id, after_seq: 0 }),
    )
    expect(messages).toMatchObject(contents.map((content, index) => ({ seq: index + 1, content })))
    expect(ada.repeats()).toBeGreaterThan(0)
    const strikes = runtime.faults?.strikes()
    expect(strikes?.['secrets.failed']).toBeGreaterThan(0)
    expect(strikes?.['invocations.throttled']).toBeGreaterThan(contents.length / 2)
  }, 60_000)

  it('F35: loses nothing while only two functions may run at once', async () => {
    const { runtime, ada, bob, conversation_id } = await startConversation({
      invocations: { concurrency: 2 },
    })
    const contents = Array.from({ length: 8 }, (_, index) => `message ${index + 1}`)
    await Promise.all(
      contents.map((content, index) => {
        const message = { content }
        return (index % 2 === 0 ? ada : bob).ask({
          type: 'send_message',
          conversation_id,
          message,
          client_message_id: `m${index}`,
        })
      }),
    )
    const { messages } = history.parse(
      await ada.ask({ type: 'join_conversation', conversation_id, after_seq: 0 }),
    )
    expect(messages.map(({ seq }) => seq)).toEqual(contents.map((_, index) => index + 1))
    expect(messages.map(({ content }) => content).sort()).toEqual([...contents].sort())
    expect(runtime.faults?.strikes()['invocations.concurrency']).toBeGreaterThan(0)
  }, 60_000)

  it('[SEND-3] stores each message once while containers are killed and events are duplicated and reordered', async () => {
    const { runtime, ada, conversation_id } = await startConversation({
      seed: 2,
      invocations: { killed: 0.08, twice: 0.3, reordered: 0.5, delayMillis: 50 },
      posts: { gone: 0.1, failedDelivered: 0.2, throttled: 0.2 },
    })
    const contents = Array.from({ length: 8 }, (_, index) => `message ${index + 1}`)
    await Promise.all(
      contents.map((content, index) =>
        ada.ask({
          type: 'send_message',
          conversation_id,
          message: { content },
          client_message_id: `m${index}`,
        }),
      ),
    )
    const { messages } = history.parse(
      await ada.ask({ type: 'join_conversation', conversation_id, after_seq: 0 }),
    )
    expect(messages.map(({ seq }) => seq)).toEqual(contents.map((_, index) => index + 1))
    expect(messages.map(({ content }) => content).sort()).toEqual([...contents].sort())
    expect(runtime.faults?.strikes()).toMatchObject({
      'invocations.killed': expect.any(Number),
      'invocations.twice': expect.any(Number),
    })
  }, 60_000)
})
