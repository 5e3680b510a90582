import { describe, expect, it } from 'vitest'
import { history } from '../../support/chat.ts'
import { seconds, tokenFor } from '../../support/tokens.ts'
import { type ChatPage, until } from './support/chat-page.ts'
import { openWindow, useChromium } from './support/chromium.ts'
import { names } from './support/names.ts'
import { aPerson, twoPeople } from './support/people.ts'
import { stored } from './support/stored.ts'

const tokenField = ({ page, names: { token } }: ChatPage) =>
  page.getByRole('textbox', { name: token, exact: true })

describe('signing in and out in Chromium', () => {
  useChromium()

  it('a token signs in, and a reload does not ask again', async () => {
    const ada = await aPerson('Ada')
    const window = await openWindow()
    await tokenField(window).fill(ada.token)
    await window.button(window.names.signIn).click()
    await window.isConnected()
    await window.page.reload()
    await window.isConnected()
    expect(await tokenField(window).count()).toBe(0)
  })

  it('the menu contains the name of a user who has no conversation yet', async () => {
    const ada = await aPerson('Ada')
    const window = await openWindow({ user: ada })
    await window.isConnected()
    await window.button('Menu').click()
    await window.page.getByRole('dialog', { name: 'Menu' }).getByText(`Signed in as ${ada.name}`).waitFor()
  })

  it('a token that is refused is forgotten and asked for again, in words', async () => {
    const window = await openWindow()
    await tokenField(window).fill('not a token')
    await window.button(window.names.signIn).click()
    await window.page.getByText(/^This token does not work: /).waitFor()
    await tokenField(window).waitFor()
    expect(await window.page.evaluate(() => localStorage.getItem('token'))).toBeNull()
  })

  it.each([
    ['is none', () => 'not a token'],
    ['has a wrong signature', (token: string) => token.replace(/[^.]*$/, 'x'.repeat(43))],
  ])('a stored token that %s is forgotten once it is refused', async (_, spoil) => {
    const ada = await aPerson('Ada')
    const window = await openWindow({ user: { token: spoil(ada.token) } })
    await tokenField(window).waitFor()
    await window.page.getByRole('alert').waitFor()
    await until(async () =>
      expect(await window.page.evaluate(() => localStorage.getItem('token'))).toBeNull(),
    )
  })

  it('a conversation that a demo user opens in another tab is there for the same user', async () => {
    const { ada, bob, conversation } = await twoPeople()
    const window = await openWindow()
    await window.page.evaluate((token) => sessionStorage.setItem('token', token), ada.token)
    await window.page.reload()
    await window.isConnected()
    for (const how of [{ modifiers: ['ControlOrMeta'] }, { button: 'middle' }] as const) {
      const opened = window.page.context().waitForEvent('page')
      await window.conversation(bob.name).click(how)
      const page = await opened
      await page.getByRole('heading', { name: bob.name }).waitFor()
      expect(new URL(page.url()).pathname).toBe(`/c/${conversation}`)
    }
  })

  it('when a token has ended, the user signs in again and finds the draft and the unsent messages', async () => {
    const { ada, bob, conversation } = await twoPeople()
    const window = await openWindow({ user: ada, path: `/c/${conversation}` })
    const { page } = window
    await window.isConnected()
    await page.context().setOffline(true)
    await window.say('not sent yet')
    await window.message('not sent yet').getByText('Waiting to be sent').waitFor({ state: 'attached' })
    await window.composer.fill('not finished')
    const now = seconds()
    const ended = tokenFor(ada.id, { iat: now - 7_200, exp: now - 3_600 })
    await page.evaluate((token) => localStorage.setItem('token', token), ended)
    await page.context().setOffline(false)
    await page.reload()
    await page.getByText(/^Sign in again: /).waitFor()
    await tokenField(window).fill(ada.token)
    await window.button(window.names.signIn).click()
    await window.isConnected()
    await window.shows('not sent yet')
    expect(await window.composer.inputValue()).toBe('not finished')
    await until(async () =>
      expect(await history(bob, conversation)).toMatchObject([{ content: 'not sent yet' }]),
    )
  })

  it('signing out leaves nothing about the user in the browser', async () => {
    const { ada, bob, conversation } = await twoPeople()
    const window = await openWindow({ user: ada, path: `/c/${conversation}` })
    await window.isConnected()
    await window.say('a secret')
    await window.shows('a secret')
    await window.composer.fill('a secret draft')
    await until(async () => expect(await stored(window)).toContain('a secret draft'))
    await window.button(window.names.signOut).click()
    // Asks, because a draft would be lost.
    await window.page.getByRole('heading', { name: 'Sign out?' }).waitFor()
    await window.page.getByRole('dialog').getByRole('button', { name: window.names.signOut }).click()
    await tokenField(window).waitFor()
    const left = await stored(window)
    for (const text of ['secret', ada.token, ada.id, bob.id, conversation]) expect(left).not.toContain(text)
    await window.page.reload()
    await tokenField(window).waitFor()
    expect(await window.page.evaluate(() => document.body.innerText)).not.toContain('secret')
  })

  it.each(['en', 'fr'] as const)('follows the language of the browser: %s', async (language) => {
    const window = await openWindow({ language })
    await window.button(names[language].signIn).waitFor()
    expect(await window.page.evaluate(() => document.documentElement.lang)).toBe(language)
  })

  it('the language can be chosen in the address and by a button, and is remembered', async () => {
    const ada = await aPerson('Ada')
    const window = await openWindow({ user: ada, path: '/?lang=fr' })
    await window.isConnected(names.fr.online)
    await window.page.goto(new URL('/', window.page.url()).href)
    await window.isConnected(names.fr.online)
    await window.button(names.fr.otherLanguage).click()
    await window.isConnected(names.en.online)
    await window.page.reload()
    await window.isConnected(names.en.online)
  })
})
