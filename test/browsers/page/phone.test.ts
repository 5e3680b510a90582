import { describe, expect, it } from 'vitest'
import { pairUp, post } from '../../support/chat.ts'
import { storeMessages } from '../../support/rows.ts'
import { type ChatPage, until } from './support/chat-page.ts'
import { openWindow, useChromium } from './support/chromium.ts'
import { overflows } from './support/overflow.ts'
import { aPerson, twoPeople } from './support/people.ts'

const phone = {
  viewport: { width: 360, height: 740 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
}

describe('on a phone, as Chromium emulates it', () => {
  useChromium()

  it('shows the list or a conversation, and goes back with its button and with the browser’s', async () => {
    const { ada, bob, conversation } = await twoPeople()
    await post(bob, conversation, 'hello')
    const window = await openWindow({ user: ada, ...phone })
    await window.isConnected()
    await window.conversation(bob.name).tap()
    await window.shows('hello')
    expect(await window.conversations.isVisible()).toBe(false)
    await window.button('Back to the conversations').tap()
    await window.conversations.waitFor()
    expect(await window.composer.isVisible()).toBe(false)
    await window.conversation(bob.name).tap()
    await window.composer.waitFor()
    await window.page.goBack()
    await window.conversations.waitFor()
    expect(await overflows(window.page)).toEqual([])
  })

  it('counts what is unread in other conversations on the button that leads to the list', async () => {
    const { ada, conversation } = await twoPeople()
    const eve = await aPerson('Eve')
    const other = await pairUp(eve, ada)
    const window = await openWindow({ user: ada, path: `/c/${conversation}`, ...phone })
    await window.isConnected()
    await window.button('Back to the conversations').waitFor()
    await post(eve, other, 'one')
    await post(eve, other, 'two')
    await window.button('Back to the conversations, 2 unread').tap()
    await window.conversation(window.names.unread(eve.name, 2)).waitFor()
  })

  it('keeps the composer and the last message in view when the keyboard opens', async () => {
    const { ada, bob, conversation } = await twoPeople()
    await storeMessages(
      conversation,
      bob.id,
      1,
      Array.from({ length: 60 }, (_, n) => `line ${n + 1}`),
    )
    await ada.call('POST', `/conversations/${conversation}/mark-read`, {})
    const window = await openWindow({ user: ada, path: `/c/${conversation}`, ...phone })
    await window.isConnected()
    await window.message('line 60').waitFor()
    await window.composer.tap()
    // With `interactive-widget=resizes-content`, a keyboard makes the window smaller.
    await window.page.setViewportSize({ width: 360, height: 420 })
    await inView(window, 420)
    await window.composer.fill('from the phone')
    await window.button(window.names.send).tap()
    await window.shows('line 60', 'from the phone')
    await window.page.setViewportSize(phone.viewport)
    await inView(window, phone.viewport.height)
    expect(await window.page.evaluate(() => document.documentElement.scrollTop)).toBe(0)
  })

  it('shows the actions of a message after a tap, and targets are large enough', async () => {
    const { ada, conversation } = await twoPeople()
    for (const text of ['an earlier one', 'my own message']) await post(ada, conversation, text)
    const window = await openWindow({ user: ada, path: `/c/${conversation}`, ...phone })
    await window.isConnected()
    await window.message('my own message').getByText('my own message').tap()
    const item = window.message('my own message')
    for (const name of [window.names.reply, window.names.edit, window.names.delete]) {
      const box = await item.getByRole('button', { name, exact: true }).boundingBox()
      expect(box && Math.min(box.width, box.height)).toBeGreaterThanOrEqual(24)
    }
    const before = await window.message('an earlier one').boundingBox()
    const actions = await item.getByRole('button', { name: window.names.reply, exact: true }).boundingBox()
    expect(before && actions && before.y + before.height <= actions.y).toBe(true)
    await item.getByRole('button', { name: window.names.edit, exact: true }).tap()
    await until(async () => expect(await window.composer.inputValue()).toBe('my own message'))
    const small = await window.page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('button, select')]
        .map((element) => ({ element, rect: element.getBoundingClientRect() }))
        .filter(({ element, rect }) => rect.top >= 0 && element.checkVisibility({ opacityProperty: true }))
        .filter(({ rect }) => rect.width > 0 && Math.min(rect.width, rect.height) < 40)
        .map(
          ({ element, rect }) => `${element.ariaLabel ?? element.innerText}: ${rect.width} × ${rect.height}`,
        ),
    )
    expect(small).toEqual([])
  })
})

/** Waits until the composer ends at the lower edge and the last message is above it. */
const inView = (window: ChatPage, height: number) =>
  until(async () => {
    const composer = await window.composer.boundingBox()
    const last = await window.list.getByRole('listitem').last().boundingBox()
    if (!composer || !last) throw new Error('something is missing')
    expect(composer.y + composer.height).toBeLessThanOrEqual(height)
    expect(composer.y + composer.height).toBeGreaterThan(height - 60)
    expect(last.y + last.height).toBeLessThanOrEqual(composer.y)
    expect(last.y + last.height).toBeGreaterThan(composer.y - 60)
  })
