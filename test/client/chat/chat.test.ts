import { describe, expect, it } from 'vitest'
import { createChat } from '../../../client/chat.ts'
import { SignedOut } from '../../../client/errors.ts'
import { memoryStorage } from '../../../client/storage/memory.ts'
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
  const world = { token: () => tokenOf('ada') }
  let seed = 0
  function openTab() {
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
    })
    return { chat, tab, phase: () => chat.state.getSnapshot().phase }
  }
  return { clock, server, storage, world, openTab }
}

describe('the first token', () => {
  it('[CLIENT-7] after `SignedOut`, reconnecting asks for a token again and connects', async () => {
    const { clock, world, openTab } = setUp()
    world.token = () => {
      throw new SignedOut('nobody has signed in')
    }
    const { chat, phase } = openTab()
    await clock.advance(60_000)
    expect(chat.state.getSnapshot()).toMatchObject({ phase: 'signed-out', reason: 'nobody has signed in' })
    world.token = () => tokenOf('ada')
    chat.reconnect()
    await clock.advance(1000)
    expect([phase(), chat.user.getSnapshot()]).toEqual(['online', 'ada'])
  })

  it('[CLIENT-7] after any other error it is asked for again', async () => {
    const { clock, world, openTab } = setUp()
    world.token = () => {
      throw new Error('no network')
    }
    const { phase } = openTab()
    await clock.advance(5000)
    expect(phase()).toBe('connecting')
    world.token = () => tokenOf('ada')
    await clock.advance(20_000)
    expect(phase()).toBe('online')
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
