import { describe, expect, it } from 'vitest'
import { memoryStorage } from '../../../client/storage/memory.ts'
import { fakeBrowser, refusal } from '../support/fake-browser.ts'

const contentsOf = (entries: readonly { readonly content: string }[]) => entries.map(({ content }) => content)

describe('sending', () => {
  it('[CLIENT-2] messages that were stored without a time do not mix up the order', async () => {
    const { clock, server, openTab } = fakeBrowser()
    const storage = memoryStorage()
    await storage.set('ada/outbox/c1/old', {
      conversationId: 'c1',
      clientMessageId: 'old',
      content: 'old',
      stored: true,
      status: 'waiting',
    })
    const { outbox } = openTab({ storage })
    await clock.advance(0)
    expect(outbox.send('c1', 'new').id).toMatch(/^\d+-\d+$/)
    await clock.advance(1000)
    expect(server.contents()).toEqual(['old', 'new'])
  })

  it('[CLIENT-2] a message is stored before it leaves', async () => {
    const { clock, server, openTab } = fakeBrowser()
    const storage = memoryStorage()
    let finish = () => {}
    const slow = {
      ...storage,
      set: async (key: string, value: unknown) => {
        await new Promise<void>((resolve) => {
          finish = resolve
        })
        await storage.set(key, value)
      },
    }
    const { outbox } = openTab({ storage: slow })
    const { id, stored } = outbox.send('c1', 'hello', { mood: 'calm' })
    await clock.advance(1000)
    expect(server.attempts).toEqual([])
    expect(outbox.of('c1').getSnapshot()).toEqual([
      {
        conversationId: 'c1',
        clientMessageId: id,
        content: 'hello',
        metadata: { mood: 'calm' },
        createdAt: clock.now() - 1000,
        stored: false,
        status: 'waiting',
      },
    ])
    server.answer('hold')
    finish()
    await stored
    await clock.advance(0)
    expect(server.attempts).toEqual([{ content: 'hello', id, via: 'socket' }])
    expect(outbox.of('c1').getSnapshot()).toMatchObject([{ stored: true, status: 'sending' }])
  })

  it('[CLIENT-2] messages of a conversation leave in the order of sending, one at a time', async () => {
    const { clock, server, openTab } = fakeBrowser()
    const { outbox } = openTab()
    server.answer('hold', 'hold')
    for (const content of ['one', 'two', 'three']) outbox.send('c1', content)
    await clock.advance(0)
    expect(contentsOf(server.attempts)).toEqual(['one'])
    server.release()
    await clock.advance(0)
    expect(contentsOf(server.attempts)).toEqual(['one', 'two'])
    server.release()
    await clock.advance(0)
    expect(server.contents()).toEqual(['one', 'two', 'three'])
  })

  it('[CLIENT-2] messages leave in the order of sending even if the store finishes the later ones first', async () => {
    const { clock, server, openTab } = fakeBrowser()
    const storage = memoryStorage()
    let writes = 0
    const { outbox } = openTab({
      storage: {
        ...storage,
        async set(key, value) {
          const delayMs = 300 - 100 * writes++
          await new Promise<void>((resolve) => void clock.setTimeout(resolve, delayMs))
          await storage.set(key, value)
        },
      },
    })
    for (const content of ['one', 'two', 'three']) outbox.send('c1', content)
    await clock.advance(1000)
    expect(server.contents()).toEqual(['one', 'two', 'three'])
  })

  it('[CLIENT-2] the last unsent message of each conversation is known, also after a restart', async () => {
    const { clock, openTab, connection } = fakeBrowser()
    const storage = memoryStorage()
    const contents = ({ outbox }: ReturnType<typeof openTab>) =>
      ['c1', 'c2'].map((id) => outbox.unsent.getSnapshot().get(id)?.content)
    connection({ phase: 'offline' })
    const first = openTab({ storage })
    for (const content of ['one', 'two']) first.outbox.send('c1', content)
    first.outbox.send('c2', 'three')
    await clock.advance(0)
    const written = ['two', 'three']
    expect(contents(first)).toEqual(written)
    const second = openTab({ storage })
    await clock.advance(0)
    expect(contents(second)).toEqual(written)
    connection({ phase: 'online', session: 2 })
    await clock.advance(1000)
    expect(contents(second)).toEqual([undefined, undefined])
  })

  it('[CLIENT-2] messages of different conversations do not wait for each other', async () => {
    const { clock, server, openTab } = fakeBrowser()
    const { outbox } = openTab()
    server.answer('hold')
    outbox.send('c1', 'one')
    outbox.send('c2', 'two')
    await clock.advance(0)
    expect(server.contents()).toEqual(['two'])
  })

  it('[CLIENT-2] every message has an id of its own, with at least 21 characters that the server accepts', () => {
    const { openTab } = fakeBrowser({ random: () => 0 })
    const { outbox } = openTab()
    const ids = Array.from({ length: 100 }, (_, index) => outbox.send(`c${index % 2}`, 'hello').id)
    expect(new Set(ids).size).toBe(100)
    for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_-]{21,64}$/)
  })

  it('[CLIENT-2] metadata that the application changes later is sent as it was', async () => {
    const { clock, server, openTab, connection } = fakeBrowser()
    connection({ phase: 'offline' })
    const { outbox } = openTab()
    const metadata = { list: [1] }
    outbox.send('c1', 'hello', metadata)
    metadata.list.push(2)
    await clock.advance(0)
    expect(outbox.of('c1').getSnapshot()[0]?.metadata).toEqual({ list: [1] })
    expect(server.attempts).toEqual([])
  })

  it.each(['rate_limited', 'unavailable'] as const)(
    '[CLIENT-2] %s is waited out, as long as the server says, and later messages wait as well',
    async (code) => {
      const { clock, server, openTab } = fakeBrowser()
      const { outbox } = openTab()
      server.answer(refusal(code, 7000))
      const { id } = outbox.send('c1', 'one')
      outbox.send('c1', 'two')
      await clock.advance(6999)
      expect(server.attempts).toHaveLength(1)
      expect(outbox.of('c1').getSnapshot()).toMatchObject([{ status: 'waiting' }, { status: 'waiting' }])
      await clock.advance(1)
      expect(server.attempts[1]?.id).toBe(id)
      expect(server.contents()).toEqual(['one', 'two'])
    },
  )

  it.each([
    'unavailable',
    'platform',
    'network',
    'timeout',
    'unauthorized',
    'token_expired',
    'replaced',
    'reconnect_required',
  ] as const)(
    '[CLIENT-2] [CLIENT-9] after %s the same message goes again under the same id, after 0.5 s doubling to 20 s with jitter',
    async (code) => {
      const { clock, server, openTab } = fakeBrowser({ random: () => 1 })
      const { outbox } = openTab()
      const waits = [500, 1000, 2000, 4000, 8000, 16_000, 20_000, 20_000]
      server.answer(...waits.map(() => refusal(code)))
      const { id } = outbox.send('c1', 'one')
      await clock.advance(0)
      for (const [index, waitMs] of waits.entries()) {
        await clock.advance(waitMs - 1)
        expect(server.attempts).toHaveLength(index + 1)
        await clock.advance(1)
      }
      expect(server.contents()).toEqual(['one'])
      expect(new Set(server.attempts.map((attempt) => attempt.id))).toEqual(new Set([id]))
    },
  )

  it.each(['bad_request', 'payload_too_large', 'forbidden', 'not_found', 'idempotency_conflict'] as const)(
    '[CLIENT-2] a message that is refused with %s has failed, and later messages go on',
    async (code) => {
      const { clock, server, openTab } = fakeBrowser()
      const { outbox } = openTab()
      server.answer(refusal(code))
      outbox.send('c1', 'one')
      outbox.send('c1', 'two')
      await clock.advance(60_000)
      expect(server.attempts).toHaveLength(2)
      expect(server.contents()).toEqual(['two'])
      expect(outbox.of('c1').getSnapshot()).toMatchObject([
        { content: 'one', status: 'failed', error: { code, message: `refused: ${code}` } },
      ])
    },
  )

  it('[CLIENT-2] a failed message goes again on request, before the messages that were written after it', async () => {
    const { clock, server, openTab, connection } = fakeBrowser()
    const { outbox } = openTab()
    server.answer(refusal('not_found'))
    const { id } = outbox.send('c1', 'one')
    await clock.advance(0)
    connection({ phase: 'offline' })
    outbox.send('c1', 'two')
    outbox.retry('c1', id)
    await clock.advance(0)
    expect(outbox.of('c1').getSnapshot()).toMatchObject([
      { content: 'one', status: 'waiting' },
      { content: 'two' },
    ])
    expect(outbox.of('c1').getSnapshot()[0]).not.toHaveProperty('error')
    connection({ phase: 'online', session: 2 })
    await clock.advance(0)
    expect(server.contents()).toEqual(['one', 'two'])
    expect(server.attempts[1]?.id).toBe(id)
  })

  it('[CLIENT-2] a failed message that goes again does not overtake one that may have arrived already', async () => {
    const { clock, server, openTab } = fakeBrowser()
    const { outbox } = openTab()
    server.answer(refusal('not_found'), refusal('platform'))
    const { id } = outbox.send('c1', 'one')
    outbox.send('c1', 'two')
    await clock.advance(0)
    outbox.retry('c1', id)
    await clock.advance(1000)
    expect(server.contents()).toEqual(['two', 'one'])
  })

  it('[CLIENT-2] a message that is discarded before it is stored leaves nothing in a slow store', async () => {
    const { clock, openTab } = fakeBrowser()
    const storage = memoryStorage()
    let finish = () => {}
    const { outbox } = openTab({
      storage: {
        ...storage,
        set: async (key, value) => {
          await new Promise<void>((resolve) => {
            finish = resolve
          })
          await storage.set(key, value)
        },
      },
    })
    outbox.discard('c1', outbox.send('c1', 'one').id)
    await clock.advance(0)
    finish()
    await clock.advance(0)
    expect(await storage.list('')).toEqual([])
    expect(outbox.of('c1').getSnapshot()).toEqual([])
  })

  it('[CLIENT-2] a discarded message is never sent', async () => {
    const { clock, server, openTab, connection } = fakeBrowser()
    const storage = memoryStorage()
    connection({ phase: 'offline' })
    const { outbox } = openTab({ storage })
    const { id } = outbox.send('c1', 'one')
    outbox.send('c1', 'two')
    const early = outbox.send('c1', 'discarded before it is stored')
    outbox.discard('c1', early.id)
    await clock.advance(0)
    outbox.discard('c1', id)
    connection({ phase: 'online', session: 2 })
    await clock.advance(0)
    expect(contentsOf(server.attempts)).toEqual(['two'])
    expect(await storage.list('')).toEqual([])
  })

  it('[CLIENT-2] a message that is discarded while it is sent does not come back', async () => {
    const { clock, server, openTab } = fakeBrowser()
    const storage = memoryStorage()
    const { outbox } = openTab({ storage })
    server.answer('hold', refusal('bad_request'))
    const first = outbox.send('c1', 'one')
    await clock.advance(0)
    outbox.discard('c1', first.id)
    outbox.send('c1', 'two')
    await clock.advance(0)
    expect(contentsOf(server.attempts)).toEqual(['one'])
    server.release()
    await clock.advance(0)
    expect(outbox.of('c1').getSnapshot()).toMatchObject([{ content: 'two', status: 'failed' }])
    expect(await storage.list('')).toHaveLength(1)
  })

  it('[CLIENT-2] a message that is too large or too deep for a frame goes over REST, which can refuse it', async () => {
    const { clock, server, openTab } = fakeBrowser()
    const { outbox } = openTab()
    server.answer(refusal('payload_too_large'))
    outbox.send('c1', 'x'.repeat(40_000))
    outbox.send('c1', 'deep', { a: { b: { c: { d: { e: { f: {} } } } } } })
    outbox.send('c1', 'as deep as allowed', { a: { b: { c: { d: { e: {} } } } } })
    await clock.advance(0)
    expect(server.attempts.map(({ via }) => via)).toEqual(['rest', 'rest', 'socket'])
    expect(server.contents()).toEqual(['deep', 'as deep as allowed'])
    expect(outbox.of('c1').getSnapshot()).toMatchObject([
      { status: 'failed', error: { code: 'payload_too_large' } },
    ])
  })
})

describe('the connection', () => {
  it('[CLIENT-2] messages wait while there is no connection, and go as soon as there is one', async () => {
    const { clock, server, openTab, connection } = fakeBrowser()
    connection({ phase: 'connecting', session: 0 })
    const { outbox } = openTab()
    outbox.send('c1', 'one')
    await clock.advance(60_000)
    expect(server.attempts).toEqual([])
    expect(outbox.of('c1').getSnapshot()).toMatchObject([{ status: 'waiting', stored: true }])
    connection({ phase: 'online', session: 1 })
    await clock.advance(0)
    expect(server.contents()).toEqual(['one'])
  })

  it('[CLIENT-2] a message whose connection ended goes again on the next one without waiting', async () => {
    const { clock, server, openTab, connection } = fakeBrowser({ random: () => 1 })
    const { outbox, cut } = openTab()
    server.answer('hold')
    outbox.send('c1', 'one')
    await clock.advance(0)
    connection({ phase: 'connecting' })
    cut()
    await clock.advance(100)
    expect(outbox.of('c1').getSnapshot()).toMatchObject([{ status: 'waiting' }])
    connection({ phase: 'online', session: 2 })
    await clock.advance(0)
    expect(server.attempts).toHaveLength(2)
  })

  it('[CLIENT-5] a message that was in flight during a rotation goes again on the new connection', async () => {
    const { clock, server, openTab, connection } = fakeBrowser({ random: () => 1 })
    const tab = openTab()
    server.answer('hold')
    tab.outbox.send('c1', 'one')
    await clock.advance(0)
    connection({ session: 2, rotated: true })
    tab.cut()
    await clock.advance(500)
    expect(server.contents()).toEqual(['one'])
  })

  it('[CLIENT-6] while the chat polls, messages go over REST, and all tabs learn of the acknowledgment', async () => {
    const { clock, server, openTab, connection } = fakeBrowser()
    connection({ phase: 'polling' })
    const leader = openTab()
    const other = openTab({ isLeader: false })
    const { id } = other.outbox.send('c1', 'one')
    await clock.advance(0)
    expect(server.attempts).toEqual([{ content: 'one', id, via: 'rest' }])
    for (const tab of [leader, other]) {
      expect(tab.events.at(-1)).toMatchObject({
        item: { clientMessageId: id, acked: { seq: 1 } },
      })
      expect(tab.outbox.of('c1').getSnapshot()).toEqual([])
    }
  })

  it('a stopped outbox sends nothing more', async () => {
    const { clock, server, openTab } = fakeBrowser()
    const { outbox, close } = openTab()
    server.answer(refusal('unavailable'))
    outbox.send('c1', 'one')
    await clock.advance(0)
    close()
    await clock.advance(60_000)
    expect(server.attempts).toHaveLength(1)
  })
})
