import { describe, expect, it } from 'vitest'
import { post } from '../../support/chat.ts'
import { storeMessages } from '../../support/rows.ts'
import { until } from './support/chat-page.ts'
import { openWindow, useChromium } from './support/chromium.ts'
import { twoPeople } from './support/people.ts'
import { scrollOlder } from './support/scrolling.ts'

const lines = (count: number) => Array.from({ length: count }, (_, n) => `line ${n + 1}`)

describe('older and newer messages in Chromium', () => {
  useChromium()

  it('unread messages are counted in the list and in the title until they are read', async () => {
    const { ada, bob, conversation } = await twoPeople()
    const window = await openWindow({ user: ada })
    await window.isConnected()
    for (const text of ['one', 'two', 'three']) await post(bob, conversation, text)
    await window.conversation(window.names.unread(bob.name, 3)).waitFor()
    await until(async () => expect(await window.page.title()).toMatch(/^\(3\) /))
    await window.open(bob.name)
    const divider = window.page.getByRole('separator', { name: window.names.newMessages, exact: true })
    await divider.waitFor()
    await window.shows('New messages', 'one', 'two', 'three')
    await until(async () => expect(await window.page.title()).not.toContain('('))
    await until(async () =>
      expect(await window.conversations.getByRole('link', { name: bob.name, exact: true }).count()).toBe(1),
    )
    // The divider stays where it is while the conversation is open.
    await post(bob, conversation, 'four')
    await window.shows('New messages', 'one', 'four')
  })

  it('what was missed without a connection is set apart, and the view begins there', async () => {
    const { ada, bob, conversation } = await twoPeople()
    const window = await openWindow({
      user: ada,
      path: `/c/${conversation}`,
      prepare: (context) => context.clock.install(),
    })
    const { page } = window
    await window.isConnected()
    await post(bob, conversation, 'seen')
    await window.shows('seen')
    await page.context().setOffline(true)
    await window.isConnected(window.names.offline)
    for (const line of lines(60)) await post(bob, conversation, line)
    await page.clock.fastForward('10:00')
    await page.context().setOffline(false)
    await window.isConnected()
    await window.shows('seen', window.names.newMessages, 'line 1')
    const divider = page.getByRole('separator', { name: window.names.newMessages, exact: true })
    await until(async () => expect((await divider.boundingBox())?.y).toBeGreaterThan(0))
    await window.button(/^Jump to latest, 6\d new|^Jump to latest, [3-6]\d new/).waitFor()
  })

  it('a user who reads older messages stays there, and jumps to the latest with a click', async () => {
    const { ada, bob, conversation } = await twoPeople()
    await storeMessages(conversation, bob.id, 1, lines(100))
    await ada.call('POST', `/conversations/${conversation}/mark-read`, {})
    const window = await openWindow({ user: ada, path: `/c/${conversation}` })
    await window.isConnected()
    await window.shows('line 100')
    const latest = window.button(/^Jump to latest/)
    expect(await latest.isVisible()).toBe(false)
    await window.list.hover()
    await window.page.mouse.wheel(0, -1500)
    await latest.waitFor()
    let anchor: Awaited<ReturnType<typeof middleOf>> = []
    await until(async () => {
      anchor = await middleOf(window.page)
      expect(anchor[0]).toContain('line')
    })
    await post(bob, conversation, 'a new one')
    await until(async () => expect(await latest.innerText()).toContain('1'))
    expect(await middleOf(window.page)).toEqual(anchor)
    await latest.click()
    await window.message('a new one').waitFor()
    await until(async () => expect(await latest.isVisible()).toBe(false))
    // At the end, the view follows.
    await post(bob, conversation, 'and another')
    await until(async () => {
      const box = await window.message('and another').boundingBox()
      const list = await window.composer.boundingBox()
      expect(box && list && box.y + box.height <= list.y).toBe(true)
    })
  })

  it('1,000 older messages load while the user scrolls up, and none of those in view moves by a pixel', async () => {
    const { ada, bob, conversation } = await twoPeople()
    const texts = lines(1_000).map((line, n) => line + ' and more words'.repeat(n % 17))
    await storeMessages(conversation, bob.id, 1, texts)
    const window = await openWindow({ user: ada, path: `/c/${conversation}` })
    await window.isConnected()
    await window.shows('line 1000')
    const { loads, drifts } = await scrollOlder(window, 'line 1')
    expect(loads).toBeGreaterThan(5)
    expect(drifts.filter((drift) => drift !== 0)).toEqual([])
  })
})

/** The message in the middle of the list, and where it is. */
const middleOf = (page: import('playwright').Page) =>
  page.evaluate(() => {
    const item = document
      .elementFromPoint(innerWidth * 0.7, innerHeight / 2)
      ?.closest('li, [role="listitem"]')
    return [item?.textContent, item?.getBoundingClientRect().top]
  })
