import type { Locator } from 'playwright'
import { describe, expect, inject, it } from 'vitest'
import { history, pairUp, post } from '../../support/chat.ts'
import { axeScript, violations } from './support/axe.ts'
import { until } from './support/chat-page.ts'
import { openWindow, useChromium } from './support/chromium.ts'
import { aHost } from './support/host.ts'
import { names } from './support/names.ts'
import { aPerson, twoPeople } from './support/people.ts'

/** The parts of an element, found like those of the page. */
function partsOf(element: Locator, own: (typeof names)['en' | 'fr'] = names.en) {
  return {
    status: element.getByRole('status', { name: own.online, exact: true }).first(),
    conversation: (title: string) => element.getByRole('link', { name: title }),
    composer: element.getByRole('textbox', { name: own.message, exact: true }),
    send: element.getByRole('button', { name: own.send, exact: true }),
    message: (text: string) => element.getByRole('listitem').filter({ hasText: text }).last(),
  }
}

describe('the element on a page of another site, in Chromium', () => {
  useChromium()

  it('works under a strict policy with two additions, and beside a stylesheet that ruins everything', async () => {
    const { ada, bob, conversation } = await twoPeople()
    await post(bob, conversation, 'hello from Bob')
    const site = await aHost('<admin-chat></admin-chat>')
    const { page } = await openWindow({ user: ada, site })
    const chat = partsOf(page.locator('admin-chat'))
    await chat.conversation(bob.name).click()
    await chat.message('hello from Bob').waitFor()
    await chat.composer.fill('hello from the element')
    await chat.send.click()
    await chat.message('hello from the element').waitFor()
    await until(async () =>
      expect(await history(bob, conversation)).toMatchObject([{}, { content: 'hello from the element' }]),
    )
    const { color, fontSize, height } = await chat.composer.evaluate((field) => {
      const style = getComputedStyle(field)
      return { color: style.color, fontSize: style.fontSize, height: field.getBoundingClientRect().height }
    })
    expect(color).not.toBe('rgb(255, 0, 0)')
    expect(Number.parseFloat(fontSize)).toBeGreaterThan(12)
    expect(Number.parseFloat(fontSize)).toBeLessThan(20)
    expect(height).toBeGreaterThan(20)
    expect(new URL(page.url()).pathname).toBe('/')
  })

  it('two elements on a page show conversations and languages of their own', async () => {
    const [ada, bob, eve] = await Promise.all([aPerson('Ada'), aPerson('Bob'), aPerson('Eve')])
    const [withBob, withEve] = [await pairUp(ada, bob), await pairUp(ada, eve)]
    await post(bob, withBob, 'from Bob')
    await post(eve, withEve, 'from Eve')
    const site = await aHost(
      `<admin-chat lang="en" theme="light" conversation="${withBob}"></admin-chat>
       <admin-chat lang="fr" theme="dark" conversation="${withEve}"></admin-chat>`,
    )
    const { page } = await openWindow({ user: ada, site, viewport: { width: 1280, height: 1200 } })
    const first = partsOf(page.locator('admin-chat').first())
    const second = partsOf(page.locator('admin-chat').last(), names.fr)
    await first.message('from Bob').waitFor()
    await second.message('from Eve').waitFor()
    await second.composer.fill('bonjour')
    await second.send.click()
    await second.message('bonjour').waitFor()
    await until(async () => expect(await history(eve, withEve)).toMatchObject([{}, { content: 'bonjour' }]))
    expect(await history(bob, withBob)).toHaveLength(1)
    const backgrounds = await page
      .locator('admin-chat .chat')
      .evaluateAll((all) => all.map((one) => getComputedStyle(one).backgroundColor))
    expect(new Set(backgrounds).size).toBe(2)
  })

  it('uses the chat that its attribute names, although it was loaded from another origin', async () => {
    const { ada, bob, conversation } = await twoPeople()
    await post(bob, conversation, 'hello from Bob')
    const server = inject('url')
    const library = server.replace('localhost', '127.0.0.1')
    expect(library).not.toBe(server)
    // The policy of the page lets it connect only to the chat that is named.
    const site = await aHost(
      `<admin-chat server="${server}" conversation="${conversation}"></admin-chat>`,
      '',
      library,
    )
    const { page } = await openWindow({ user: ada, site })
    const chat = partsOf(page.locator('admin-chat'))
    await chat.message('hello from Bob').waitFor()
    await chat.composer.fill('hello from afar')
    await chat.send.click()
    await until(async () =>
      expect(await history(bob, conversation)).toMatchObject([{}, { content: 'hello from afar' }]),
    )
  })

  it('a launcher counts unread messages and opens the chat; the token comes from a function of the site', async () => {
    const { ada, bob, conversation } = await twoPeople()
    await post(bob, conversation, 'one')
    await post(bob, conversation, 'two')
    const site = await aHost(
      '<admin-chat launcher></admin-chat>',
      `document.querySelector('admin-chat').token = async () => sessionStorage.siteToken`,
    )
    const { page } = await openWindow({
      site,
      script: `${axeScript}\nsessionStorage.siteToken = '${ada.token}'`,
    })
    const element = page.locator('admin-chat')
    const launcher = element.getByRole('button', { name: /2 unread/ })
    await launcher.click()
    const chat = partsOf(element)
    await chat.conversation(bob.name).click()
    await chat.message('two').waitFor()
    await element.getByRole('button', { name: 'Chat', exact: true }).waitFor()
    expect(await page.evaluate(() => ({ ...localStorage }))).not.toHaveProperty('token')
    expect((await violations(page)).filter((text) => text.includes('admin-chat'))).toEqual([])
    await chat.composer.focus()
    await page.keyboard.press('Escape')
    await until(async () => expect(await chat.composer.count()).toBe(0))
    await element.getByRole('button', { name: 'Chat', exact: true }).click()
    await until(async () => expect(await chat.composer.evaluate((it) => it.matches(':focus'))).toBe(true))
  })
})
