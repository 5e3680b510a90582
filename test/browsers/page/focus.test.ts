import type { Locator } from 'playwright'
import { describe, expect, it } from 'vitest'
import { post } from '../../support/chat.ts'
import { word } from '../../support/people.ts'
import { until } from './support/chat-page.ts'
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
    const focused = () => window.page.evaluate(() => document.activeElement?.textContent)
    const press = async (key: string, text: string) => {
      await window.page.keyboard.press(key)
      await until(async () => expect(await focused()).toContain(text))
    }
    // A conversation that was just opened may still be about to give its field the focus.
    await until(async () => {
      await window.composer.press('Shift+Tab')
      await window.page.keyboard.press('ArrowUp')
      expect(await focused()).toContain('third')
    })
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

const hasFocus = (element: Locator) =>
  until(async () => expect(await element.evaluate((it) => it.matches(':focus'))).toBe(true))
