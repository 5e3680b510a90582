import { describe, expect, it } from 'vitest'
import { newId } from '../../../client/outbox/entries.ts'
import { memoryStorage } from '../../../client/storage/memory.ts'
import type { Message, ServerFrame } from '../../../client/wire.ts'
import { fakeBrowser, refusal, storedMessage, USER } from '../support/fake-browser.ts'

describe('several tabs', () => {
  it('[CLIENT-8] only the leader sends, and every tab shows what any tab wrote', async () => {
    const { clock, server, openTab } = fakeBrowser()
    const leader = openTab()
    const other = openTab({ isLeader: false })
    server.answer('hold')
    other.outbox.send('c1', 'from the other tab')
    await clock.advance(0)
    leader.outbox.send('c1', 'from the leader')
    await clock.advance(0)
    expect(server.attempts).toHaveLength(1)
    const shown = [
      { content: 'from the other tab', status: 'sending', stored: true },
      { content: 'from the leader', status: 'waiting', stored: true },
    ]
    expect(leader.outbox.of('c1').getSnapshot()).toMatchObject(shown)
    expect(other.outbox.of('c1').getSnapshot()).toMatchObject(shown)
    server.release()
    await clock.advance(0)
    expect(server.contents()).toEqual(['from the other tab', 'from the leader'])
    for (const tab of [leader, other]) expect(tab.outbox.of('c1').getSnapshot()).toEqual([])
  })

  it('[CLIENT-8] messages of several tabs leave by the time at which they were written', async () => {
    const { clock, server, openTab, connection } = fakeBrowser()
    connection({ phase: 'offline' })
    const tabs = [openTab(), openTab({ isLeader: false })]
    for (const content of ['one', 'two', 'three', 'four']) {
      tabs[Number(content.includes('t'))]?.outbox.send('c1', content)
      await clock.advance(10)
    }
    connection({ phase: 'online', session: 2 })
    await clock.advance(0)
    expect(server.contents()).toEqual(['one', 'two', 'three', 'four'])
  })

  it('[CLIENT-8] a message that was sent is not overtaken by an older one that arrives later', async () => {
    const { clock, server, openTab } = fakeBrowser()
    const leader = openTab()
    server.answer(refusal('unavailable', 5000))
    const { id } = leader.outbox.send('c1', 'one')
    leader.outbox.send('c1', 'two')
    await clock.advance(1000)
    leader.receive({
      item: {
        conversationId: 'c1',
        clientMessageId: newId(clock.now() - 60_000, () => 0.5),
        content: 'zero',
        createdAt: clock.now() - 60_000,
        stored: true,
        status: 'waiting',
      },
    })
    expect(
      leader.outbox
        .of('c1')
        .getSnapshot()
        .map(({ content }) => content),
    ).toEqual(['one', 'zero', 'two'])
    await clock.advance(5000)
    expect(server.attempts[1]?.id).toBe(id)
    expect(server.contents()).toEqual(['one', 'zero', 'two'])
  })

  it('[CLIENT-8] a message that is written after the clock was set back stays behind the earlier ones', async () => {
    const { clock, server, openTab, connection } = fakeBrowser()
    connection({ phase: 'offline' })
    const ahead = openTab()
    ahead.receive({
      item: {
        conversationId: 'c1',
        clientMessageId: newId(clock.now() + 3_600_000, () => 0.5),
        content: 'one',
        createdAt: clock.now() + 3_600_000,
        stored: true,
        status: 'waiting',
      },
    })
    ahead.outbox.send('c1', 'two')
    await clock.advance(0)
    connection({ phase: 'online', session: 2 })
    await clock.advance(0)
    expect(server.contents()).toEqual(['one', 'two'])
  })

  it.each(['a shared store', 'stores of their own'])(
    '[CLIENT-8] if the leader changes in the middle of a send, the next one goes on with the same message: %s',
    async (stores) => {
      const { clock, server, openTab, connection } = fakeBrowser()
      const storage = stores === 'a shared store' ? memoryStorage() : undefined
      const options = storage ? { storage } : {}
      const first = openTab(options)
      const writer = openTab({ ...options, isLeader: false })
      server.answer('hold', 'hold')
      const { id } = writer.outbox.send('c1', 'one')
      writer.outbox.send('c1', 'two')
      await clock.advance(0)
      first.close()
      const next = openTab({ ...options, isLeader: false })
      next.lead(true)
      connection({ session: 2 })
      await clock.advance(0)
      expect(server.attempts.map((attempt) => attempt.id)).toEqual([id, id])
      server.release()
      await clock.advance(0)
      expect(server.contents()).toEqual(['one', 'two'])
      for (const tab of [writer, next]) expect(tab.outbox.of('c1').getSnapshot()).toEqual([])
      for (const { core } of [writer, next]) expect(await core.store.list('')).toEqual([])
    },
  )

  it('[CLIENT-8] a tab that no longer leads does not send again', async () => {
    const { clock, server, openTab } = fakeBrowser()
    const tab = openTab()
    server.answer('hold')
    tab.outbox.send('c1', 'one')
    tab.outbox.send('c1', 'two')
    await clock.advance(0)
    tab.lead(false)
    await clock.advance(120_000)
    expect(server.attempts).toHaveLength(1)
  })

  it('[CLIENT-8] a new leader sends nothing before it has read the older messages from the store', async () => {
    const { clock, server, openTab } = fakeBrowser()
    const storage = memoryStorage()
    const closed = openTab({ storage, isLeader: false })
    closed.outbox.send('c1', 'one')
    await clock.advance(10)
    closed.close()
    let finish = () => {}
    const slow = {
      ...storage,
      list: async (prefix: string) => {
        await new Promise<void>((resolve) => {
          finish = resolve
        })
        return storage.list(prefix)
      },
    }
    const { outbox } = openTab({ storage: slow })
    outbox.send('c1', 'two')
    await clock.advance(100)
    expect(server.attempts).toEqual([])
    finish()
    await clock.advance(0)
    expect(server.contents()).toEqual(['one', 'two'])
  })

  it('[CLIENT-8] any tab can discard or send again a failed message of another tab', async () => {
    const { clock, server, openTab } = fakeBrowser()
    const storage = memoryStorage()
    const writer = openTab({ storage })
    const other = openTab({ storage, isLeader: false })
    server.answer(refusal('not_found'), refusal('not_found'))
    const [one, two] = ['one', 'two'].map((content) => writer.outbox.send('c1', content))
    await clock.advance(0)
    other.outbox.discard('c1', one?.id ?? '')
    other.outbox.retry('c1', two?.id ?? '')
    await clock.advance(0)
    expect(server.contents()).toEqual(['two'])
    for (const tab of [writer, other]) expect(tab.outbox.of('c1').getSnapshot()).toEqual([])
    expect(await storage.list('')).toEqual([])
  })

  it('[CLIENT-8] what a tab discards while no tab leads is not sent by the next leader', async () => {
    const { clock, server, openTab, connection } = fakeBrowser()
    const storage = memoryStorage()
    const writer = openTab({ storage, isLeader: false })
    const { id } = writer.outbox.send('c1', 'one')
    const other = openTab({ storage, isLeader: false })
    await clock.advance(0)
    writer.close()
    other.outbox.discard('c1', id)
    await clock.advance(0)
    openTab({ storage })
    connection({ session: 2 })
    await clock.advance(0)
    expect(server.attempts).toEqual([])
  })

  it('[CLIENT-8] a tab that loses the lead tells the next leader what it wrote', async () => {
    const { clock, server, openTab, connection } = fakeBrowser()
    connection({ phase: 'polling' })
    const first = openTab()
    server.answer(refusal('unavailable', 5000))
    first.outbox.send('c1', 'one')
    await clock.advance(0)
    const next = openTab({ isLeader: false })
    first.lead(false)
    next.lead(true)
    await clock.advance(0)
    expect(server.contents()).toEqual(['one'])
  })

  it('[CLIENT-8] a tab that takes the lead sends what it did not hear of before its own messages', async () => {
    const { clock, server, openTab } = fakeBrowser()
    const storage = memoryStorage()
    const tab = openTab({ storage })
    await clock.advance(10)
    tab.lead(false)
    fakeBrowser().openTab({ storage, isLeader: false }).outbox.send('c1', 'one')
    tab.outbox.send('c1', 'two')
    await clock.advance(0)
    tab.lead(true)
    await clock.advance(0)
    expect(server.contents()).toEqual(['one', 'two'])
  })

  it('[CLIENT-8] a message that is acknowledged while the outbox is read does not come back', async () => {
    const { clock, openTab, receive } = fakeBrowser()
    const storage = memoryStorage()
    const closed = openTab({ storage, isLeader: false })
    const { id } = closed.outbox.send('c1', 'one')
    await clock.advance(0)
    closed.close()
    let finish = () => {}
    const slow = {
      ...storage,
      list: async (prefix: string) => {
        const rows = await storage.list(prefix)
        await new Promise<void>((resolve) => {
          finish = resolve
        })
        return rows
      },
    }
    const { outbox } = openTab({ storage: slow, isLeader: false })
    await clock.advance(0)
    receive({ type: 'new_message', conversation_id: 'c1', message: storedMessage({ id }) })
    finish()
    await clock.advance(0)
    expect(outbox.of('c1').getSnapshot()).toEqual([])
  })

  it('[CLIENT-8] late news about a message that has left the outbox does not bring it back', async () => {
    const { clock, server, openTab } = fakeBrowser()
    const { outbox, events, receive } = openTab()
    outbox.send('c1', 'one')
    await clock.advance(0)
    for (const event of events.filter(({ item }) => item)) receive(event)
    await clock.advance(0)
    expect(outbox.of('c1').getSnapshot()).toEqual([])
    expect(server.attempts).toHaveLength(1)
  })
})

describe('a tab that comes back', () => {
  /** The tab does not hear what the others do until it is resumed. */
  async function suspendedTab() {
    const { volatile: _, ...storage } = memoryStorage()
    const browser = fakeBrowser()
    browser.connection({ phase: 'offline' })
    const tab = browser.openTab({ storage, isLeader: false })
    const { id } = tab.outbox.send('c1', 'one')
    await browser.clock.advance(0)
    tab.suspend()
    async function resume() {
      tab.resume()
      tab.lead(true)
      browser.connection({ phase: 'online', session: 5 })
      await browser.clock.advance(0)
    }
    return { ...browser, storage, tab, id, resume }
  }

  it('[CLIENT-8] does not send what another tab has discarded meanwhile', async () => {
    const { clock, server, openTab, storage, tab, id, resume } = await suspendedTab()
    const other = openTab({ storage, isLeader: false })
    await clock.advance(0)
    other.outbox.discard('c1', id)
    await clock.advance(0)
    await resume()
    expect(server.attempts).toEqual([])
    expect(tab.outbox.of('c1').getSnapshot()).toEqual([])
  })

  it('[CLIENT-8] does not send again what another tab has sent meanwhile', async () => {
    const { clock, server, openTab, connection, storage, tab, resume } = await suspendedTab()
    openTab({ storage })
    connection({ phase: 'online', session: 2 })
    await clock.advance(0)
    await resume()
    expect(server.attempts).toHaveLength(1)
    expect(tab.outbox.of('c1').getSnapshot()).toEqual([])
  })

  it('[CLIENT-2] sends its messages if the store fails', async () => {
    const { clock, server, storage, tab, resume } = await suspendedTab()
    const broken = () => Promise.reject(new Error('broken'))
    Object.assign(storage, { set: broken, list: broken })
    tab.outbox.send('c1', 'two')
    await clock.advance(0)
    await resume()
    expect(server.contents()).toEqual(['one', 'two'])
  })
})

describe('a store that the browser has emptied', () => {
  it('[CLIENT-2] loses no message that an open tab has: it is stored again and sent', async () => {
    const { volatile: _, ...storage } = memoryStorage()
    const { clock, server, openTab, connection } = fakeBrowser()
    connection({ phase: 'offline' })
    const tabs = [openTab({ storage }), openTab({ storage, isLeader: false })]
    for (const { outbox } of tabs) {
      outbox.send('c1', 'hello')
      await clock.advance(10)
    }
    for (const [key] of await storage.list('')) await storage.delete(key)
    // Another row that was written since then.
    await tabs[0]?.core.store.set('list', [])
    connection({ phase: 'connecting' })
    await clock.advance(0)
    expect(await storage.list(`${USER}/outbox`)).toHaveLength(2)
    const reloaded = openTab({ storage, isLeader: false })
    await clock.advance(0)
    expect(reloaded.outbox.of('c1').getSnapshot()).toHaveLength(2)
    connection({ phase: 'online', session: 2 })
    await clock.advance(0)
    expect(server.contents()).toEqual(['hello', 'hello'])
    expect(await storage.list(`${USER}/outbox`)).toEqual([])
  })

  it('[CLIENT-8] a message that another tab has discarded or sent does not come back', async () => {
    const { volatile: _, ...storage } = memoryStorage()
    const { clock, server, openTab, connection } = fakeBrowser()
    connection({ phase: 'offline' })
    const [leader, other] = [openTab({ storage }), openTab({ storage, isLeader: false })]
    const { id } = other.outbox.send('c1', 'discarded')
    other.outbox.send('c1', 'sent')
    await clock.advance(0)
    leader.outbox.discard('c1', id)
    connection({ phase: 'online', session: 2 })
    await clock.advance(0)
    for (const [key] of await storage.list('')) await storage.delete(key)
    connection({ session: 3 })
    await clock.advance(0)
    expect(server.contents()).toEqual(['sent'])
    expect(server.attempts).toHaveLength(1)
    for (const tab of [leader, other]) expect(tab.outbox.of('c1').getSnapshot()).toEqual([])
    expect(await storage.list('')).toEqual([])
  })
})

describe('acknowledgments', () => {
  it('[CLIENT-2] an acknowledged message keeps its place while its conversation is shown, until the log has it', async () => {
    const { clock, server, openTab } = fakeBrowser()
    const { outbox } = openTab()
    const entries = outbox.of('c1')
    const unsubscribe = entries.subscribe(() => {})
    server.answer('store', 'hold')
    const { id } = outbox.send('c1', 'one')
    outbox.send('c1', 'two')
    await clock.advance(0)
    expect(entries.getSnapshot()).toMatchObject([{ content: 'one', acked: { seq: 1 } }, { content: 'two' }])
    outbox.forget('c1', [id])
    expect(entries.getSnapshot()).toMatchObject([{ content: 'two' }])
    server.release()
    await clock.advance(0)
    expect(entries.getSnapshot()).toMatchObject([{ content: 'two', acked: { seq: 2 } }])
    unsubscribe()
    outbox.send('c1', 'three')
    await clock.advance(0)
    expect(entries.getSnapshot()).toEqual([])
  })

  const framesWith = (message: Message): readonly ServerFrame[] => [
    { type: 'message_sent', conversation_id: 'c1', message, duplicate: true },
    { type: 'new_message', conversation_id: 'c1', message },
    {
      type: 'joined_conversation',
      conversation_id: 'c1',
      last_seq: 1,
      last_read_seq: 0,
      messages: [message],
    },
    { type: 'conversation_updated', conversation_id: 'c1', last_seq: 1, last_message: message },
  ]

  it('[CLIENT-2] a message is acknowledged by every frame that has it', async () => {
    for (const index of framesWith(storedMessage({ id: 'any' })).keys()) {
      const { clock, openTab, connection, receive } = fakeBrowser()
      const storage = memoryStorage()
      const { outbox } = openTab({ storage })
      connection({ phase: 'offline' })
      const { id } = outbox.send('c1', 'hello')
      await clock.advance(0)
      receive(framesWith(storedMessage({ id }))[index] as ServerFrame)
      await clock.advance(0)
      expect(outbox.of('c1').getSnapshot()).toEqual([])
      expect(await storage.list('')).toEqual([])
    }
  })

  it('[CLIENT-6] a message is acknowledged by a list of conversations that was polled', async () => {
    const { clock, openTab, connection } = fakeBrowser()
    const { outbox, receive } = openTab()
    connection({ phase: 'offline' })
    const { id } = outbox.send('c1', 'hello')
    await clock.advance(0)
    const conversation = { last_message: storedMessage({ id }) }
    receive({ polled: { conversations: [conversation as never], invitations: [] } })
    expect(outbox.of('c1').getSnapshot()).toEqual([])
  })

  it('[CLIENT-9] the same id in a message of another user, and frames of unknown form, acknowledge nothing', async () => {
    const { clock, openTab, connection, receive } = fakeBrowser()
    const { outbox } = openTab()
    connection({ phase: 'offline' })
    const { id } = outbox.send('c1', 'hello')
    await clock.advance(0)
    receive({ type: 'new_message', conversation_id: 'c1', message: storedMessage({ id, sender: 'grace' }) })
    for (const frame of [
      { type: 'new', message: 'text' },
      { messages: [null, 7], last_message: null },
      { messages: {} },
    ]) {
      receive(frame as never)
    }
    expect(outbox.of('c1').getSnapshot()).toHaveLength(1)
  })

  it('[CLIENT-2] what is stored is deleted only after the acknowledgment', async () => {
    const { clock, server, openTab } = fakeBrowser()
    const storage = memoryStorage()
    const { outbox } = openTab({ storage })
    server.answer(refusal('network'), 'hold')
    outbox.send('c1', 'hello')
    await clock.advance(1000)
    expect(server.attempts).toHaveLength(2)
    expect(await storage.list('')).toHaveLength(1)
    server.release()
    await clock.advance(0)
    expect(await storage.list('')).toEqual([])
  })
})

describe('reloading', () => {
  it('[CLIENT-2] a full outbox survives a reload at any moment: everything arrives once and in order', async () => {
    const contents = Array.from({ length: 12 }, (_, index) => `message ${index}`)
    for (let reloadAfter = 0; reloadAfter < contents.length; reloadAfter++) {
      const { clock, server, openTab } = fakeBrowser()
      const storage = memoryStorage()
      const page = openTab({ storage })
      server.answer(...Array(reloadAfter).fill('store'), 'hold')
      for (const content of contents) page.outbox.send('c1', content)
      await clock.advance(0)
      expect(server.contents()).toHaveLength(reloadAfter)
      page.close()
      openTab({ storage })
      await clock.advance(0)
      server.release()
      await clock.advance(0)
      expect(server.contents()).toEqual(contents)
      expect(await storage.list('')).toEqual([])
    }
  })

  it('[CLIENT-2] something unknown in the store does not hold up the rest', async () => {
    const { clock, server, openTab } = fakeBrowser()
    const storage = memoryStorage()
    const page = openTab({ storage, isLeader: false })
    page.outbox.send('c1', 'hello')
    for (const value of [null, 7, 'text', {}]) await page.core.store.set(`outbox/c0/${value}`, value)
    await clock.advance(0)
    page.close()
    openTab({ storage })
    await clock.advance(0)
    expect(server.contents()).toEqual(['hello'])
  })

  it('[CLIENT-2] a failed message is still there after a reload, and is not sent automatically', async () => {
    const { clock, server, openTab, connection } = fakeBrowser()
    const storage = memoryStorage()
    const page = openTab({ storage })
    server.answer(refusal('bad_request'))
    const { id } = page.outbox.send('c1', 'hello', { mood: 'calm' })
    await clock.advance(0)
    page.close()
    const { outbox, close } = openTab({ storage })
    await clock.advance(60_000)
    expect(server.attempts).toHaveLength(1)
    expect(outbox.of('c1').getSnapshot()).toMatchObject([
      {
        clientMessageId: id,
        metadata: { mood: 'calm' },
        status: 'failed',
        error: { code: 'bad_request' },
        stored: true,
      },
    ])
    connection({ phase: 'offline' })
    outbox.retry('c1', id)
    await clock.advance(0)
    close()
    openTab({ storage })
    connection({ phase: 'online', session: 2 })
    await clock.advance(0)
    expect(server.contents()).toEqual(['hello'])
  })

  it('[CLIENT-8] a new tab shows what the others have not sent yet', async () => {
    const { clock, openTab, connection } = fakeBrowser()
    const storage = memoryStorage()
    connection({ phase: 'offline' })
    openTab({ storage }).outbox.send('c1', 'hello')
    await clock.advance(0)
    const { outbox } = openTab({ storage, isLeader: false })
    await clock.advance(0)
    expect(outbox.of('c1').getSnapshot()).toMatchObject([{ content: 'hello', stored: true }])
  })

  it('[CLIENT-8] a new tab that finds a message in the store whose deletion failed learns that it was sent', async () => {
    const { clock, server, openTab } = fakeBrowser()
    const storage = memoryStorage()
    const isBroken = { delete: async () => Promise.reject(new Error('broken')) }
    openTab({ storage: { ...storage, ...isBroken } }).outbox.send('c1', 'hello')
    await clock.advance(0)
    const { outbox } = openTab({ storage, isLeader: false })
    await clock.advance(0)
    expect(outbox.of('c1').getSnapshot()).toEqual([])
    expect(await storage.list('')).toEqual([])
    expect(server.contents()).toEqual(['hello'])
  })
})

describe('a broken store', () => {
  it.each([
    ['the first write', 1, 1],
    ['each write', 1, Number.POSITIVE_INFINITY],
    ['a later write', 3, 1],
  ])('[CLIENT-2] if %s fails, messages are sent from memory', async (_, from, count) => {
    const { clock, server, openTab } = fakeBrowser()
    const storage = memoryStorage()
    let writes = 0
    const { outbox, core } = openTab({
      storage: {
        ...storage,
        async set(key, value) {
          writes++
          if (writes >= from && writes < from + count) throw new Error('quota exceeded')
          await storage.set(key, value)
        },
      },
    })
    const contents = ['one', 'two', 'three', 'four']
    for (const content of contents) outbox.send('c1', content)
    await clock.advance(0)
    expect(server.contents()).toEqual(contents)
    expect(core.store.kind.getSnapshot()).toBe('memory')
  })

  it('[CLIENT-2] if the store does not answer, messages are sent after 5 s, and later ones at once', async () => {
    const { clock, server, openTab } = fakeBrowser()
    const never = () => new Promise<never>(() => {})
    const { outbox } = openTab({ storage: { get: never, set: never, delete: never, list: never } })
    outbox.send('c1', 'one')
    await clock.advance(4999)
    expect(server.attempts).toEqual([])
    await clock.advance(1)
    outbox.send('c1', 'two')
    await clock.advance(0)
    expect(server.contents()).toEqual(['one', 'two'])
  })
})
