import type { Locator } from 'playwright'
import { describe, expect, it } from 'vitest'
import { post } from '../../support/chat.ts'
import { word } from '../../support/people.ts'
import { storeMessages } from '../../support/rows.ts'
import { type ChatPage, until } from './support/chat-page.ts'
import { openWindow, useChromium } from './support/chromium.ts'
import { aPerson, twoPeople } from './support/people.ts'

const narrow = { viewport: { width: 360, height: 740 } }

describe('the focus', () => {
  useChromium()

  it('goes to the composer of a conversation that is opened in a narrow window, and back to its link', async () => {
    const { ada, bob } = await twoPeople()
    const window = await openWindow({ user: ada, ...narrow })
    await window.isConnected()
    await window.conversation(bob.name).press('Enter')
    await hasFocus(window.composer)
    await window.button('Back to the conversations').press('Enter')
    await hasFocus(window.conversation(bob.name))
    await window.page.goBack()
    await hasFocus(window.composer)
    await window.page.goBack()
    await hasFocus(window.conversation(bob.name))
  })

  it('goes to the heading after signing out', async () => {
    const { ada } = await twoPeople()
    const window = await openWindow({ user: ada })
    await window.isConnected()
    await window.button(window.names.signOut).press('Enter')
    await hasFocus(window.page.getByRole('heading', { level: 1 }))
  })

  it('goes with Enter from the search to the first person found, or into the conversation with them', async () => {
    const [{ ada, bob, conversation }, zoe] = await Promise.all([twoPeople(), aPerson('Zoe')])
    const window = await openWindow({ user: ada })
    await window.isConnected()
    const search = window.page.getByRole('searchbox', { name: window.names.find })
    await search.fill(zoe.name)
    // The answer has not arrived yet.
    await search.press('Enter')
    await hasFocus(window.button(window.names.invite(zoe.name)))
    await search.fill(bob.name)
    await window.button(`Open the conversation with ${bob.name}`).waitFor()
    await search.press('Enter')
    await hasFocus(window.composer)
    expect(new URL(window.page.url()).pathname).toBe(`/c/${conversation}`)
    expect(await search.inputValue()).toBe('')
  })

  it('goes from the search through the words to the Invite buttons, and stays where the user has invited', async () => {
    const name = `Zoe${word()}`
    const [ada] = await Promise.all([aPerson('Ada'), aPerson(name), aPerson(name)])
    const window = await openWindow({ user: ada })
    await window.isConnected()
    const search = window.page.getByRole('search')
    const invites = search.getByRole('button', { name: /^Invite / })
    await search.getByRole('searchbox').fill(name)
    await invites.nth(1).waitFor()
    await search.getByRole('searchbox').press('Tab')
    await hasFocus(search.getByRole('textbox'))
    await window.page.keyboard.press('Tab')
    await hasFocus(invites.first())
    await window.page.keyboard.press('Enter')
    await hasFocus(search.getByRole('listitem').filter({ hasText: 'Invitation sent' }))
    await window.page.keyboard.press('Tab')
    expect(await invites.count()).toBe(1)
    await hasFocus(invites.first())
  })

  it('stays in a dialog when a press inside ends beside it', async () => {
    const { ada } = await twoPeople()
    const window = await openWindow({ user: ada })
    await window.isConnected()
    await window.button(window.names.newGroup).click()
    const title = window.page.getByRole('textbox', { name: 'Title' })
    await title.fill('Plans')
    const box = await title.boundingBox()
    await window.page.mouse.move((box?.x ?? 0) + 20, (box?.y ?? 0) + 10)
    await window.page.mouse.down()
    await window.page.mouse.move(3, 3)
    await window.page.mouse.up()
    expect(await title.inputValue()).toBe('Plans')
    await title.fill('')
    await window.page.mouse.click(3, 3)
    await title.waitFor({ state: 'detached' })
  })

  it('moves between messages with the arrow keys, and Tab reaches only what is in one of them', async () => {
    const { ada, bob, conversation } = await twoPeople()
    for (const text of ['first', 'second', 'third']) await post(bob, conversation, text)
    const window = await openWindow({ user: ada, path: `/c/${conversation}` })
    await window.shows('first', 'third')
    const press = async (key: string, text: string) => {
      await window.page.keyboard.press(key)
      await isIn(window, text)
    }
    await toMessages(window, 'third')
    await press('ArrowUp', 'second')
    await press('ArrowDown', 'third')
    await press('Home', 'first')
    await window.page.keyboard.press('Tab')
    await hasFocus(window.message('first').getByRole('button', { name: window.names.reply }))
    await press('End', 'third')
    await window.page.keyboard.press('Tab')
    await hasFocus(window.message('third').getByRole('button', { name: window.names.reply }))
    await window.page.keyboard.press('Tab')
    await hasFocus(window.composer)
  })

  it.each([0, 2])(
    'goes with Home to the first message that is loaded, after %i arrow keys',
    async (arrows) => {
      const { ada, bob, conversation } = await twoPeople()
      const lines = Array.from({ length: 380 }, (_, n) => `line ${n + 1}`)
      await storeMessages(conversation, bob.id, 1, lines)
      await ada.call('POST', `/conversations/${conversation}/mark-read`, {})
      const window = await openWindow({ user: ada, path: `/c/${conversation}` })
      const { page } = window
      /** What is loaded begins here when older messages are asked for the first time. */
      let first = 0
      page.on('request', (request) => {
        first ||= Number(new URL(request.url()).searchParams.get('before'))
      })
      await toMessages(window, 'line 380')
      if (arrows === 0) await window.composer.press('Shift+Tab')
      for (let n = 0; n < arrows; n++) await page.keyboard.press('ArrowUp')
      await page.keyboard.press('Home')
      await until(async () => expect(first).toBeGreaterThan(1))
      await window.shows(`line ${first - 1}`, `line ${first}`)
      await isIn(window, `line ${first}`)
      await page.keyboard.press('ArrowUp')
      await isIn(window, `line ${first - 1}`)
    },
  )

  it('stays in the messages when the user scrolls away from the message that has it', async () => {
    const { ada, bob, conversation } = await twoPeople()
    const lines = Array.from({ length: 200 }, (_, n) => `line ${n + 1}`)
    await storeMessages(conversation, bob.id, 1, lines)
    await ada.call('POST', `/conversations/${conversation}/mark-read`, {})
    const window = await openWindow({ user: ada, path: `/c/${conversation}` })
    await toMessages(window, 'line 200')
    await window.list.hover()
    await until(async () => {
      await window.page.mouse.wheel(0, -900)
      expect(await window.message('line 200').count()).toBe(0)
    })
    expect(await window.composer.evaluate((it) => it.matches(':focus'))).toBe(false)
    await window.page.keyboard.press('ArrowUp')
    expect(await window.list.evaluate((it) => it.querySelector(':focus')?.textContent)).toContain('line')
  })

  it('goes from the messages to the composer with the first character that is typed', async () => {
    const { ada, bob, conversation } = await twoPeople()
    await post(ada, conversation, 'first')
    await post(bob, conversation, 'second')
    const window = await openWindow({ user: ada, path: `/c/${conversation}` })
    const { page, composer, names } = window
    await toMessages(window, 'second')
    for (const key of ['Control+c', 'Space', 'Shift', 'PageUp']) await page.keyboard.press(key)
    expect(await isFocused(window.list.getByText('second', { exact: true }))).toBe(true)
    await page.keyboard.type('Eat, a sentence')
    await hasFocus(composer)
    expect(await composer.inputValue()).toBe('Eat, a sentence')
    await composer.press('Shift+Tab')
    await page.keyboard.type('! From the list')
    expect(await composer.inputValue()).toBe('Eat, a sentence! From the list')
    await window.act('first', names.delete)
    await page.getByRole('dialog').getByRole('button', { name: names.delete }).click()
    await window.shows('Message deleted')
    await page.keyboard.type('. Afterwards')
    expect(await composer.inputValue()).toBe('Eat, a sentence! From the list. Afterwards')
  })

  it('goes from a button of a message to no other place when a character is typed', async () => {
    const { ada, bob, conversation } = await twoPeople()
    await post(bob, conversation, 'first')
    const window = await openWindow({ user: ada, path: `/c/${conversation}` })
    await toMessages(window, 'first')
    await window.page.keyboard.press('Tab')
    await window.page.keyboard.type('ab')
    await hasFocus(window.message('first').getByRole('button', { name: window.names.reply }))
    expect(await window.composer.inputValue()).toBe('')
  })

  it('goes from the first stop of the page to the messages of the open conversation', async () => {
    const { ada, bob, conversation } = await twoPeople()
    await post(bob, conversation, 'first')
    const window = await openWindow({ user: ada, path: `/c/${conversation}` })
    await toMessages(window, 'first')
    const skip = window.button('Skip to the messages')
    await skip.focus()
    await skip.press('Enter')
    const messages = window.list.locator('..')
    await hasFocus(messages)
    expect(await messages.evaluate((it) => getComputedStyle(it).outlineStyle)).toBe('solid')
    await window.page.keyboard.press('ArrowUp')
    expect(await isFocused(window.list.getByText('first', { exact: true }))).toBe(true)
  })

  it('goes to what is left of a message that the user deletes', async () => {
    const { ada, bob, conversation } = await twoPeople()
    for (const text of ['first', 'second']) await post(ada, conversation, text)
    await post(bob, conversation, 'third')
    const window = await openWindow({ user: ada, path: `/c/${conversation}` })
    await window.isConnected()
    await window.shows('first', 'third')
    await window.act('second', window.names.delete)
    await window.page.getByRole('dialog').getByRole('button', { name: window.names.delete }).press('Enter')
    await window.shows('first', 'Message deleted', 'third')
    const focused = () => window.page.evaluate(() => document.activeElement?.textContent)
    // The whole list also contains it.
    await until(async () => expect(await focused()).toMatch(/^You:Message deleted/))
    await window.page.keyboard.press('ArrowUp')
    expect(await focused()).toContain('first')
  })

  it('returns from a dialog with words in it, which asks before it closes', async () => {
    const { ada } = await twoPeople()
    const window = await openWindow({ user: ada })
    await window.isConnected()
    await window.button(window.names.newGroup).click()
    const title = window.page.getByRole('textbox', { name: 'Title' })
    await title.fill('Plans')
    await window.page.keyboard.press('Escape')
    const question = window.page.getByRole('dialog', { name: 'Discard what you have written?' })
    await question.getByRole('button', { name: 'Cancel' }).click()
    await hasFocus(title)
    expect(await title.inputValue()).toBe('Plans')
    await window.page.mouse.click(3, 3)
    await window.button(window.names.discard).click()
    await title.waitFor({ state: 'detached' })
    await hasFocus(window.button(window.names.newGroup))
  })
})

/** Moves the focus to the last message. */
async function toMessages(window: ChatPage, last: string): Promise<void> {
  await window.shows(last)
  // A conversation that was just opened may still be about to give its field the focus, and the page loads the keys of the
  // messages after the first view.
  await until(async () => {
    await window.composer.press('Shift+Tab')
    await window.page.keyboard.press('End')
    await isIn(window, last, 500)
  })
}

/** Waits until the focus is in the message with this text. */
const isIn = (window: ChatPage, text: string, timeout?: number) =>
  until(async () => expect(await isFocused(window.list.getByText(text, { exact: true }))).toBe(true), timeout)

/** Whether the focus is in the message with this text. */
const isFocused = (text: Locator) =>
  text.evaluate((it) => it.closest('li')?.contains(document.activeElement) === true)

const hasFocus = (element: Locator) =>
  until(async () => expect(await element.evaluate((it) => it.matches(':focus'))).toBe(true))
