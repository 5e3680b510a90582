import { describe, expect, it } from 'vitest'
import { createChat, memoryStorage, SignedOut } from '../../../client/index.ts'
import type { ChatOptions, Clock } from '../../../client/types.ts'
import { fakeServer } from '../support/fake-server.ts'
import { fakeBrowser } from '../support/fake-tabs.ts'
import { virtualClock } from '../support/virtual-clock.ts'

const tokenOf = (user_id: string) => `x.${btoa(JSON.stringify({ user_id }))}.x`

/** Tabs with a chat each, in one browser with one storage. */
function setUp() {
  const clock = virtualClock()
  const server = fakeServer(clock)
  const browser = fakeBrowser(clock)
  const { volatile: _, ...storage } = memoryStorage()
  const world = { token: (): string | Promise<string> => tokenOf('ada') }
  let seed = 0
  function openTab(options: Partial<ChatOptions> = {}) {
    const tab = browser.tab()
    const chat = createChat({
      url: 'wss://chat.test',
      rest: 'https://chat.test',
      token: () => world.token(),
      clock: tab.clock,
      random: () => (++seed * 0.37) % 1,
      page: tab.page,
      tabs: tab.tabs,
      storage,
      WebSocket: server.WebSocket,
      fetch: () => Promise.reject(new Error('no network')),
      ...options,
    })
    return { chat, tab, phase: () => chat.state.getSnapshot().phase }
  }
  return { clock, server, storage, world, openTab }
}

describe('the first token', () => {
  it('[CLIENT-7] after `SignedOut`, reconnecting asks for a token again and connects', async () => {
    const { clock, world, openTab } = setUp()
    world.token = () => {
      throw new SignedOut('there is no session')
    }
    const { chat, phase } = openTab()
    await clock.advance(60_000)
    expect(chat.state.getSnapshot()).toMatchObject({ phase: 'signed-out', reason: 'there is no session' })
    world.token = () => tokenOf('ada')
    chat.reconnect()
    await clock.advance(1000)
    expect([phase(), chat.user.getSnapshot()]).toEqual(['online', 'ada'])
  })

  it('[CLIENT-7] a token without a user is replaced once, and no message is stored without a user', async () => {
    const { clock, server, storage, world, openTab } = setUp()
    let asked = 0
    world.token = () => (asked++ ? tokenOf('ada') : 'not a token')
    const { chat, phase } = openTab()
    chat.open('c1').send('of ada')
    await clock.advance(1000)
    expect([phase(), chat.user.getSnapshot()]).toEqual(['online', 'ada'])
    chat.dispose()
    expect((await storage.list('')).map(([key]) => key)).toEqual([expect.stringContaining('ada')])
    asked = 0
    world.token = () => (asked++ ? tokenOf('grace') : 'not a token')
    const { chat: other } = openTab()
    await clock.advance(1000)
    expect(other.user.getSnapshot()).toBe('grace')
    expect(server.last.sentOf('send_message')).toEqual([])
  })

  it('[CLIENT-7] without a user in two tokens, the chat is signed out', async () => {
    const { clock, server, world, openTab } = setUp()
    world.token = () => 'not a token'
    const { chat } = openTab()
    await clock.advance(60_000)
    const reason = 'this is not a token with a user_id'
    expect(chat.state.getSnapshot()).toMatchObject({ phase: 'signed-out', reason })
    expect(server.sockets).toEqual([])
  })

  it('[CLIENT-7] after any other error it is asked for again', async () => {
    const { clock, world, openTab } = setUp()
    world.token = () => {
      throw new Error('no network')
    }
    const { phase } = openTab()
    await clock.advance(5000)
    expect(phase()).toBe('offline')
    world.token = () => tokenOf('ada')
    await clock.advance(20_000)
    expect(phase()).toBe('online')
  })

  it('[CLIENT-3] [CLIENT-7] keeps the chat offline while it cannot be had, and the chat says why and when it tries again', async () => {
    const { clock, world, openTab } = setUp()
    let asked = 0
    world.token = () => {
      asked++
      throw new Error('no network')
    }
    const { chat, phase } = openTab()
    const before = clock.now()
    await clock.advance(60_000)
    const { retryAt = 0, since, ...state } = chat.state.getSnapshot()
    expect(state).toMatchObject({ phase: 'offline', reason: 'no network' })
    expect(since).toBe(before)
    expect(retryAt).toBeGreaterThan(clock.now())
    expect(retryAt).toBeLessThanOrEqual(clock.now() + 20_000)
    expect(asked).toBeGreaterThan(5)
    world.token = () => Promise.reject()
    await clock.advance(retryAt - clock.now())
    expect(phase()).toBe('offline')
    world.token = () => tokenOf('ada')
    await clock.advance(60_000)
    expect(chat.state.getSnapshot()).toMatchObject({ phase: 'online', reason: undefined, retryAt: undefined })
  })

  it.each(['online', 'visible', 'wake', 'reconnect'] as const)(
    '[CLIENT-3] [CLIENT-7] is asked for at once after: %s',
    async (what) => {
      const { clock, world, openTab } = setUp()
      world.token = () => Promise.reject(new Error('no network'))
      const { chat, tab, phase } = openTab()
      await clock.advance(5000)
      world.token = () => tokenOf('ada')
      if (what === 'reconnect') chat.reconnect()
      else tab.event(what)
      await clock.advance(100)
      expect(phase()).toBe('online')
    },
  )

  it('[CLIENT-7] is not asked for again after it has ended the chat, whatever the page reports', async () => {
    const { clock, world, openTab } = setUp()
    let asked = 0
    world.token = () => {
      asked++
      throw new SignedOut('there is no session')
    }
    const { tab, phase } = openTab()
    await clock.advance(1000)
    for (const event of ['online', 'visible', 'wake'] as const) tab.event(event)
    await clock.advance(60_000)
    expect([phase(), asked]).toEqual(['signed-out', 1])
  })
})

describe('a `token` that never answers', () => {
  const never = () => new Promise<string>(() => {})

  it('[CLIENT-7] counts as failed after 10 s and is asked again, at the start and when connecting', async () => {
    const { clock, server, world, openTab } = setUp()
    let asked = 0
    const hang = () => {
      asked++
      return never()
    }
    world.token = hang
    const { phase } = openTab()
    await clock.advance(45_000)
    expect(asked).toBeGreaterThan(2)
    world.token = () => tokenOf('ada')
    await clock.advance(30_000)
    expect(phase()).toBe('online')
    asked = 0
    world.token = hang
    server.last.end(1006)
    await clock.advance(45_000)
    expect(asked).toBeGreaterThan(2)
    world.token = () => tokenOf('ada')
    await clock.advance(30_000)
    expect(phase()).toBe('online')
  })

  it('[CLIENT-7] does not hold up calls over REST, nor signing out', async () => {
    const { clock, storage, world, openTab } = setUp()
    const { chat, phase } = openTab()
    await clock.advance(1000)
    chat.open('c1').setDraft('hello')
    world.token = never
    await clock.advance(60_000)
    const search = chat.search('grace').catch(({ code }) => code)
    await clock.advance(60_000)
    expect(await search).toBe('timeout')
    void chat.search('alan').catch(() => undefined)
    await clock.advance(1000)
    await chat.signOut()
    expect([phase(), await storage.list('')]).toEqual(['signed-out', []])
  })
})

describe('after `dispose`', () => {
  it('[CLIENT-3] no timer is left, and nothing is called', async () => {
    const { clock, server, world, openTab } = setUp()
    const timers = new Set<unknown>()
    const counted: Clock = {
      now: clock.now,
      setTimeout(run, ms) {
        const timer = clock.setTimeout(() => {
          timers.delete(timer)
          run()
        }, ms)
        timers.add(timer)
        return timer
      },
      clearTimeout(timer) {
        timers.delete(timer)
        clock.clearTimeout(timer)
      },
    }
    const chats: (() => void)[] = []
    let calls = 0
    // Everything that a chat waits for: an answer over REST, a back-off, an acknowledgement, the first token.
    const fetches: (() => void)[] = []
    const conversation = { id: 'c3', participants: [], participant: {}, last_seq: 0, updated_at: '' }
    const messages = [{ kind: 'message', conversation_id: 'c1', seq: 1, sender_id: 'grace', content: 'hi' }]
    const data = { conversation, conversations: [], messages, last_seq: 1, last_read_seq: 0 }
    for (const fetch of [
      () =>
        new Promise<Response>((resolve) =>
          fetches.push(() => resolve(Response.json({ success: true, data }))),
        ),
      () => Promise.reject(new Error('no network')),
    ]) {
      const { chat, tab } = openTab({ clock: counted, fetch, tabs: false })
      const room = chat.open('c1')
      await clock.advance(1000)
      for (const part of [chat.state, chat.conversations, room.log, room.draft])
        part.subscribe(() => void calls++)
      chat.on('*', () => void calls++)
      room.send('hello')
      room.setDraft('more')
      room.typing(true)
      void room.older().catch(() => undefined)
      void chat.respond('i1', 'accept').catch(() => undefined)
      void chat.search('grace').catch(() => undefined)
      server.last.push({ type: 'user_typing', conversation_id: 'c1', user_id: 'grace', is_typing: true })
      server.last.push({ type: 'conversation_updated', conversation_id: 'c2', last_seq: 3 })
      await clock.advance(100)
      expect(timers.size).toBeGreaterThan(4)
      tab.event('leave')
      tab.event('wake')
      chats.push(chat.dispose)
    }
    world.token = () => new Promise<string>(() => {})
    const { chat } = openTab({ clock: counted, tabs: false })
    await clock.advance(100)
    world.token = () => {
      calls++
      return tokenOf('ada')
    }
    for (const dispose of [...chats, chat.dispose]) dispose()
    expect(timers.size).toBe(0)
    calls = 0
    for (const answer of fetches) answer()
    for (let minute = 0; minute < 60; minute++) {
      await clock.advance(60_000)
      expect(timers.size).toBe(0)
    }
    expect(calls).toBe(0)
  })
})

describe('another user', () => {
  it('[CLIENT-7] a token of another user signs the chat out, also when it reconnects', async () => {
    const { clock, server, world, openTab } = setUp()
    const { chat, phase } = openTab()
    await clock.advance(1000)
    world.token = () => tokenOf('grace')
    for (let attempt = 0; attempt < 2; attempt++) {
      chat.reconnect()
      await clock.advance(60_000)
      expect([phase(), chat.user.getSnapshot()]).toEqual(['signed-out', 'ada'])
    }
    expect(server.sockets.flatMap((socket) => socket.sentOf('authenticate'))).toHaveLength(1)
  })
})

describe('signing out', () => {
  it('[CLIENT-7] deletes what is stored, and no tab stores anything afterwards', async () => {
    const { clock, storage, openTab } = setUp()
    const tabs = [openTab(), openTab()]
    const rooms = tabs.map(({ chat }) => chat.open('c1'))
    await clock.advance(1000)
    for (const room of rooms) room.setDraft('hello')
    rooms[1]?.send('not sent yet')
    await clock.advance(100)
    expect(await storage.list('')).not.toEqual([])
    await tabs[0]?.chat.signOut()
    await clock.advance(100)
    for (const room of rooms) room.setDraft('after')
    rooms[1]?.send('after')
    await clock.advance(60_000)
    expect(await storage.list('')).toEqual([])
    expect(tabs.map(({ phase }) => phase())).toEqual(['signed-out', 'signed-out'])
  })

  it.each(['the list', 'a draft', 'a log'])(
    '[CLIENT-7] ends a tab that was suspended meanwhile, when it comes back, and it stores nothing: %s',
    async (what) => {
      const { clock, server, storage, openTab } = setUp()
      const messages = [{ kind: 'message', conversation_id: 'c1', seq: 1, sender_id: 'grace', content: 'hi' }]
      const data = { conversations: [], invitations: [], messages, last_seq: 1, last_read_seq: 0 }
      const fetch = async () => Response.json({ success: true, data })
      server.behavior.answers['join_conversation'] = () => ({ type: 'joined_conversation', ...data })
      const tabs = [1, 2, 3].map(() => openTab(what === 'a draft' ? {} : { fetch }))
      const [first, second, third] = tabs
      const rooms = what === 'the list' ? [] : tabs.map(({ chat }) => chat.open('c1'))
      await clock.advance(1000)
      if (what === 'a draft') for (const room of rooms) room.setDraft('hello')
      await clock.advance(what === 'a draft' ? 100 : 2000)
      second?.tab.event('leave')
      // Written by the application when it hears the same event.
      rooms[1]?.setDraft('hello, too')
      third?.tab.event('leave')
      await clock.advance(100)
      third?.tab.freeze()
      await first?.chat.signOut()
      await clock.advance(100)
      expect(await storage.list('')).toEqual([])
      rooms[1]?.setDraft('after')
      rooms[1]?.send('after')
      server.last.push({ type: 'conversation_removed', conversation_id: 'c2' })
      await clock.advance(60_000)
      third?.tab.thaw()
      for (const tab of [second, third]) tab?.tab.event('wake')
      await clock.advance(60_000)
      expect(await storage.list('')).toEqual([])
      expect(tabs.map(({ phase }) => phase())).toEqual(['signed-out', 'signed-out', 'signed-out'])
    },
  )

  it('[CLIENT-2] [CLIENT-8] a tab that comes back without a sign-out in another tab goes on, and stores what it held back', async () => {
    const { clock, storage, openTab } = setUp()
    const [first, second] = [openTab(), openTab()]
    const room = second.chat.open('c1')
    await clock.advance(1000)
    room.setDraft('hello')
    await clock.advance(100)
    second.tab.event('leave')
    await clock.advance(100)
    room.setDraft('hello again')
    await clock.advance(1000)
    second.tab.event('wake')
    await clock.advance(1000)
    expect([first.phase(), second.phase()]).toEqual(['online', 'online'])
    expect((await storage.list('')).map(([, value]) => value)).toEqual(['hello again'])
  })

  it('[CLIENT-7] is possible in a tab that is suspended', async () => {
    const { clock, storage, openTab } = setUp()
    const { chat, tab } = openTab()
    const room = chat.open('c1')
    await clock.advance(1000)
    room.setDraft('hello')
    tab.event('leave')
    await clock.advance(100)
    await chat.signOut()
    expect(await storage.list('')).toEqual([])
  })

  it('[CLIENT-7] is for good: reconnecting sends nothing of what was in the outbox', async () => {
    const { clock, server, openTab } = setUp()
    const { chat, phase } = openTab()
    await clock.advance(1000)
    server.behavior.handshake = 'refuse'
    server.last.end(1006)
    chat.open('c1').send('not sent yet')
    await clock.advance(1000)
    await chat.signOut()
    server.behavior.handshake = 'open'
    chat.reconnect()
    await clock.advance(1000)
    chat.open('c1').send('after')
    await clock.advance(60_000)
    expect(phase()).toBe('signed-out')
    expect(server.sockets.flatMap((socket) => socket.sentOf('send_message'))).toEqual([])
  })

  it('[CLIENT-7] forgets the token: no call is made with it afterwards', async () => {
    const { clock, openTab } = setUp()
    const { chat } = openTab()
    await clock.advance(1000)
    await chat.signOut()
    await expect(chat.search('grace')).rejects.toThrow('signed out')
  })

  it('[CLIENT-7] works before there is a token', async () => {
    const { clock, world, openTab } = setUp()
    world.token = () => {
      throw new Error('no network')
    }
    const { chat, phase } = openTab()
    await clock.advance(1000)
    await chat.signOut()
    await clock.advance(60_000)
    expect(phase()).toBe('signed-out')
  })
})

describe('several tabs', () => {
  it('[CLIENT-8] share one socket for hours, whatever its state, and the next tab leads when the first one leaves', async () => {
    const { clock, server, openTab } = setUp()
    const [first, second] = [openTab(), openTab()]
    await clock.advance(3 * 60 * 60_000)
    expect([first.phase(), second.phase(), server.open.length]).toEqual(['online', 'online', 1])
    const before = server.sockets.length
    server.last.push({ type: 'error', code: 'replaced', message: 'too many', retryable: false })
    await clock.advance(60_000)
    expect([first.phase(), second.phase()]).toEqual(['replaced', 'replaced'])
    expect(server.sockets).toHaveLength(before)
    second.tab.event('visible')
    await clock.advance(1000)
    expect([first.phase(), second.phase(), server.open.length]).toEqual(['online', 'online', 1])
    first.tab.event('leave')
    await clock.advance(500)
    expect([first.phase(), second.phase(), server.open.length]).toEqual(['offline', 'online', 1])
    first.tab.event('wake')
    await clock.advance(500)
    expect([first.phase(), second.phase(), server.open.length]).toEqual(['online', 'online', 1])
  })

  it('[CLIENT-4] the last read mark leaves before the page does, whichever tab leads', async () => {
    const { clock, server, storage, openTab } = setUp()
    const entries = [1, 2, 3].map((seq) => ({ kind: 'message', seq, sender_id: 'grace', is_read: false }))
    await storage.set(`${encodeURIComponent('https://chat.test|ada')}/log/c1`, { entries, last: 3, head: 3 })
    server.behavior.answers['join_conversation'] = ({ conversation_id }) => ({
      type: 'joined_conversation',
      conversation_id,
      last_seq: 3,
      last_read_seq: 0,
    })
    server.behavior.answers['mark_read'] = ({ conversation_id, seq }) => ({
      type: 'marked_read',
      conversation_id,
      last_read_seq: seq,
      unread_count: 0,
    })
    const tabs = [openTab(), openTab()]
    await clock.advance(1000)
    const socket = server.last
    const [first, second] = tabs.map(({ chat }) => chat.open('c1'))
    await clock.advance(1000)
    for (const seq of [1, 2]) second?.read(seq)
    tabs[1]?.tab.event('leave')
    await clock.advance(100)
    first?.read(3)
    tabs[0]?.tab.event('leave')
    await clock.advance(100)
    expect(socket.sentOf('mark_read').map(({ seq }) => seq)).toEqual([1, 2, 3])
  })

  it('[CLIENT-2] [CLIENT-8] what a tab wrote just before it was suspended is sent when it is back', async () => {
    const { clock, server, openTab } = setUp()
    const [leader, follower] = [openTab(), openTab()]
    await clock.advance(1000)
    follower.chat.open('c1').send('hello')
    follower.tab.event('leave')
    await clock.advance(1000)
    follower.tab.event('wake')
    await clock.advance(1000)
    expect([leader.phase(), follower.phase()]).toEqual(['online', 'online'])
    expect(server.last.sentOf('send_message')).toHaveLength(1)
  })

  it('[CLIENT-9] an acknowledgement without a message does not count, and the send is repeated with pauses', async () => {
    const { clock, server, openTab } = setUp()
    server.behavior.answers['send_message'] = () => ({ type: 'message_sent', conversation_id: 'c1' })
    const { chat } = openTab()
    await clock.advance(1000)
    chat.open('c1').send('hello')
    await clock.advance(60_000)
    expect(server.last.sentOf('send_message').length).toBeGreaterThan(3)
    expect(server.last.sentOf('send_message').length).toBeLessThan(30)
  })

  it('[CLIENT-8] a message of any tab goes over the socket of the leader, and leaves every outbox', async () => {
    const { clock, server, storage, openTab } = setUp()
    const tabs = [openTab(), openTab()]
    let seq = 0
    server.behavior.answers['send_message'] = ({ conversation_id, client_message_id, message }) => ({
      type: 'message_sent',
      conversation_id,
      client_message_id,
      message: { ...(message as object), conversation_id, client_message_id, sender_id: 'ada', seq: ++seq },
    })
    const rooms = tabs.map(({ chat }) => chat.open('c1'))
    await clock.advance(1000)
    for (const room of [...rooms, ...rooms]) room.send('hello')
    await clock.advance(1000)
    expect(server.last.sentOf('send_message')).toHaveLength(4)
    const keys = (await storage.list('')).map(([key]) => key)
    expect(keys.filter((key) => key.includes('outbox'))).toEqual([])
  })
})
