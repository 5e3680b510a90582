import { describe, expect, it } from 'vitest'
import { anAdmin, history, pairUp, post } from '../../support/chat.ts'
import { seconds, tokenFor } from '../../support/tokens.ts'
import { type ChatPage, until } from './support/chat-page.ts'
import { openTab, openWindow, useChromium } from './support/chromium.ts'
import { twoPeople } from './support/people.ts'
import { stored } from './support/stored.ts'
import { wrote } from './support/wrote.ts'

/** Runs in the page: sockets fail as behind a proxy that refuses them, for as long as the test wants. */
const blockableSockets = `{
  const Native = WebSocket
  globalThis.WebSocket = class extends Native {
    constructor(url) {
      super(sessionStorage.blocked ? url.replace('/ws/chat', '/ws/none') : url)
    }
  }
}`

/** Counts the sockets of a tab that are open. */
function socketsOf({ page }: ChatPage) {
  const open = new Set<object>()
  let total = 0
  page.on('websocket', (socket) => {
    open.add(socket)
    total++
    socket.on('close', () => open.delete(socket))
  })
  return { open: () => open.size, total: () => total }
}

/** Runs in the page: notes every status other than the present one from now on. */
function noteStatuses(): void {
  const present = document.querySelector('[role="status"]')?.ariaLabel
  const statuses: unknown[] = []
  Object.assign(globalThis, { statuses })
  new MutationObserver(() => {
    const status = document.querySelector('[role="status"]')?.ariaLabel
    if (status !== present) statuses.push(status)
  }).observe(document.body, { subtree: true, childList: true, attributes: true })
}

describe('the connection in Chromium', () => {
  useChromium()

  it('a conversation that is not known takes no message offline, and nothing stays in the outbox', async () => {
    const { ada } = await twoPeople()
    const window = await openWindow({ user: ada })
    const { page } = window
    await window.isConnected()
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
    await page.context().setOffline(true)
    await page.goto(new URL('/c/unknown', page.url()).href)
    await page.getByRole('heading', { name: 'Messages', exact: true }).waitFor()
    await window.isConnected(window.names.offline)
    await window.say('hello?')
    await page.getByText('There is no connection.').waitFor()
    expect(await window.list.getByRole('listitem').count()).toBe(0)
    expect(await stored(window)).not.toContain('outbox')
    await page.context().setOffline(false)
    const unsent = page.getByRole('textbox', { name: 'Not sent' })
    await until(async () => expect(await unsent.inputValue()).toBe('hello?'))
    await window.button(window.names.discard).click()
    await unsent.waitFor({ state: 'detached' })
    expect(await stored(window)).not.toContain('hello?')
  })

  it('the header has no empty line offline, where no presence is known', async () => {
    const { ada, bob, conversation } = await twoPeople()
    const [adas] = await Promise.all([
      openWindow({ user: ada, path: `/c/${conversation}` }),
      openWindow({ user: bob }),
    ])
    await adas.isConnected()
    const title = adas.page.getByRole('heading', { name: bob.name })
    const below = title.locator('xpath=following-sibling::*')
    await below.filter({ hasText: 'online' }).waitFor()
    await adas.page.context().setOffline(true)
    await adas.isConnected(adas.names.offline)
    await until(async () => expect(await below.count()).toBe(0))
    await adas.page.context().setOffline(false)
    await below.filter({ hasText: 'online' }).waitFor()
  })

  it('what is written offline is visibly waiting, survives a reload, and is sent once, in order', async () => {
    const { ada, bob, conversation } = await twoPeople()
    const window = await openWindow({ user: ada, path: `/c/${conversation}` })
    await window.isConnected()
    await window.say('before')
    await window.shows('before')
    await window.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
    await window.page.context().setOffline(true)
    const texts = Array.from({ length: 20 }, (_, n) => `written offline ${n + 1}`)
    for (const text of texts) await window.say(text)
    await window.message('written offline 20').getByText('Waiting to be sent').waitFor({ state: 'attached' })
    await window.page.reload()
    await window.isConnected(window.names.offline)
    await window.shows('written offline 18', 'written offline 19', 'written offline 20')
    await window.page.context().setOffline(false)
    await window.isConnected()
    await until(async () => expect(await history(bob, conversation)).toEqual(wrote(['before', ...texts])))
    await window.shows('written offline 20')
    expect(await window.page.getByText('Waiting to be sent').count()).toBe(0)
  })

  it('a message that is refused can be tried again or discarded', async () => {
    const { ada, bob, conversation } = await twoPeople()
    let refuses = true
    const window = await openWindow({
      user: ada,
      path: `/c/${conversation}`,
      prepare: (context) =>
        context.routeWebSocket(/\/ws\/chat$/, (socket) => {
          const server = socket.connectToServer()
          socket.onMessage((data) => {
            const { type, request_id } = JSON.parse(String(data))
            if (!refuses || type !== 'send_message') return server.send(data)
            const error = { code: 'payload_too_large', message: 'too large', retryable: false }
            socket.send(JSON.stringify({ type: 'error', ...error, request_id }))
          })
        }),
    })
    await window.isConnected()
    for (const text of ['discarded', 'sent again']) {
      await window.say(text)
      await window
        .message(text)
        .getByText(/^Not sent/)
        .first()
        .waitFor({ state: 'attached' })
    }
    refuses = false
    const button = (text: string, name: string) =>
      window.message(text).getByRole('button', { name, exact: true })
    await button('discarded', window.names.discard).click()
    await button('sent again', window.names.tryAgain).click()
    await window.message('sent again').getByText('Sent', { exact: true }).waitFor({ state: 'attached' })
    expect(await window.message('discarded').count()).toBe(0)
    expect(await history(bob, conversation)).toEqual(wrote(['sent again']))
  })

  it('three tabs of a user share a connection, show the same, and go on when the first is closed', async () => {
    const { ada, bob, conversation } = await twoPeople()
    const path = `/c/${conversation}`
    const first = await openWindow({ user: ada, path })
    await first.isConnected()
    const context = first.page.context()
    const others = [
      await openTab(context, first.page.url(), 'en'),
      await openTab(context, first.page.url(), 'en'),
    ]
    const tabs = [first, ...others]
    const sockets = others.map(socketsOf)
    await Promise.all(tabs.map((tab) => tab.isConnected()))
    expect(sockets.map(({ open }) => open())).toEqual([0, 0])
    for (const [n, tab] of tabs.entries()) await tab.say(`from tab ${n + 1}`)
    await first.shows('from tab 1', 'from tab 2', 'from tab 3')
    await until(async () => expect(await history(bob, conversation)).toHaveLength(3))
    await post(bob, conversation, 'from Bob')
    for (const tab of tabs) await tab.shows('from tab 1', 'from tab 2', 'from tab 3', 'from Bob')

    await first.page.close()
    await post(bob, conversation, 'still there?')
    for (const tab of others) await tab.shows('from Bob', 'still there?')
    expect(sockets.reduce((sum, { open }) => sum + open(), 0)).toBe(1)
    expect((await history(bob, conversation)).map(({ content }) => content)).toHaveLength(5)
  })

  it('without sockets the chat polls and says so, and returns to the socket', async () => {
    const { ada, bob, conversation } = await twoPeople()
    const window = await openWindow({
      user: ada,
      path: `/c/${conversation}`,
      script: `sessionStorage.blocked ??= 'yes'\n${blockableSockets}`,
    })
    await window.isConnected(window.names.polling)
    await post(bob, conversation, 'by interval')
    await window.shows('by interval')
    await window.say('an answer')
    await until(async () =>
      expect(await history(bob, conversation)).toEqual(wrote(['by interval', 'an answer'])),
    )
    await window.page.evaluate(() => {
      sessionStorage.setItem('blocked', '')
      dispatchEvent(new Event('online'))
    })
    await window.isConnected()
    await post(bob, conversation, 'by socket')
    await window.shows('by interval', 'an answer', 'by socket')
  })

  it('after almost two hours a second connection takes over, and the user does not notice', async () => {
    const [ada, bob] = await Promise.all([anAdmin('ada'), anAdmin('bob')])
    const conversation = await pairUp(ada, bob)
    const token = tokenFor(ada.id, { exp: seconds() + 24 * 3600 })
    const window = await openWindow({
      user: { token },
      path: `/c/${conversation}`,
      prepare: (context) => context.clock.install(),
    })
    await window.isConnected()
    const sockets = socketsOf(window)
    await window.page.evaluate(noteStatuses)
    await window.page.clock.fastForward('01:55:30')
    await until(async () => expect(sockets.total()).toBe(1))
    await post(bob, conversation, 'after two hours')
    await window.shows('after two hours')
    await window.say('still here')
    await until(async () =>
      expect(await history(bob, conversation)).toEqual(wrote(['after two hours', 'still here'])),
    )
    expect(await window.page.evaluate(() => Reflect.get(globalThis, 'statuses'))).toEqual([])
  })

  it('a page that returns from the back/forward cache shows what was missed', { retry: 4 }, async () => {
    // On a busy machine, Chromium sometimes does not keep the page.
    const { ada, bob, conversation } = await twoPeople()
    const window = await openWindow({ user: ada, path: `/c/${conversation}` })
    const { page } = window
    await window.isConnected()
    await window.say('before')
    await window.shows('before')
    await page.evaluate(() => {
      addEventListener('pageshow', ({ persisted }) => {
        document.documentElement.dataset['restored'] = String(persisted)
      })
    })
    // Chromium does not keep a page that is still writing to IndexedDB.
    await until(async () => expect(await stored(window)).toContain('"before"'))
    const url = page.url()
    await page.goto(new URL('/client.js', url).href)
    await post(bob, conversation, 'meanwhile')
    // `page.goBack` does not return for a page from the cache.
    await page.evaluate('void history.back()').catch(() => undefined)
    await page.waitForURL(url, { waitUntil: 'commit' })
    await until(async () =>
      expect(await page.evaluate(() => document.documentElement.dataset['restored'])).toBe('true'),
    )
    await window.shows('before', 'meanwhile')
    await window.isConnected()
  })
})
