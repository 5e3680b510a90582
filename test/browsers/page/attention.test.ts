import { describe, expect, it } from 'vitest'
import { invite, post } from '../../support/chat.ts'
import { type ChatPage, until } from './support/chat-page.ts'
import { openTab, openWindow, useChromium, type WindowOptions } from './support/chromium.ts'
import { aPerson, type Person, twoPeople } from './support/people.ts'

/** Runs in the page: notes the browser's own notifications, and the tones that it plays. */
const noteNews = `{
  const [NativeNotification, NativeOscillator] = [Notification, OscillatorNode]
  globalThis.shown = []
  globalThis.tones = []
  globalThis.Notification = class extends NativeNotification {
    constructor(title, options) {
      super(title, options)
      shown.push(this)
    }
  }
  globalThis.OscillatorNode = class extends NativeOscillator {
    constructor(context, options) {
      super(context, options)
      tones.push(options.frequency)
    }
  }
}`

const options = (user: Person): WindowOptions => ({
  user,
  script: noteNews,
  prepare: async (context) => {
    await context.grantPermissions(['notifications'])
    await context.clock.install()
  },
})

/** What came with the first reading of the list is not announced, and neither is what comes soon after it. */
async function settle(window: ChatPage): Promise<void> {
  await window.isConnected()
  await window.button(window.names.menu).click()
  await choice(window, 'Notifications').waitFor()
  await window.page.clock.fastForward('00:10')
}

const choice = ({ page }: ChatPage, name: string) => page.getByRole('checkbox', { name, exact: true })

const shown = ({ page }: ChatPage) =>
  page.evaluate(() =>
    (Reflect.get(globalThis, 'shown') as Notification[]).map(({ title, body, tag }) => ({
      title,
      body,
      tag,
    })),
  )
const tones = ({ page }: ChatPage) =>
  page.evaluate(() => (Reflect.get(globalThis, 'tones') as number[]).length)

describe('notifications and sound in Chromium', () => {
  useChromium()

  it('are off until the user asks for them, and a click on a notification opens its conversation', async () => {
    const { ada, bob, conversation } = await twoPeople()
    const window = await openWindow(options(ada))
    await settle(window)
    for (const name of ['Notifications', 'Sound']) expect(await choice(window, name).isChecked()).toBe(false)
    await post(bob, conversation, 'not announced')
    await window.conversation(window.names.unread(bob.name, 1)).waitFor()
    await choice(window, 'Notifications').check()
    await post(bob, conversation, 'are you there?')
    await until(async () =>
      expect(await shown(window)).toEqual([
        { title: bob.name, body: 'are you there?', tag: `admin-chat ${conversation}` },
      ]),
    )
    expect(await tones(window)).toBe(0)
    await window.page.evaluate(() =>
      (Reflect.get(globalThis, 'shown') as Notification[])[0]?.dispatchEvent(new Event('click')),
    )
    await window.shows('are you there?')
    expect(new URL(window.page.url()).pathname).toBe(`/c/${conversation}`)
    // The user sees the next one.
    await post(bob, conversation, 'and now?')
    await window.shows('and now?')
    await window.page.clock.fastForward('00:10')
    expect(await shown(window)).toHaveLength(1)
  })

  it('an invitation is announced once, in one of the tabs', async () => {
    const [ada, bob] = await Promise.all([aPerson('Ada'), aPerson('Bob')])
    const first = await openWindow(options(ada))
    await settle(first)
    await choice(first, 'Notifications').check()
    const second = await openTab(first.page.context(), first.page.url(), 'en')
    await settle(second)
    await invite(bob, ada)
    const both = async () => [...(await shown(first)), ...(await shown(second))]
    const tag = expect.stringMatching(/^admin-chat /)
    await until(async () =>
      expect(await both()).toEqual([{ title: `New invitation from ${bob.name}`, body: '', tag }]),
    )
    for (const { page } of [first, second]) {
      await until(async () => expect(await page.title()).toMatch(/^\(1\) /))
      // The tabs wait for each other, but not as long as the first one keeps its claim.
      await page.clock.fastForward('00:01')
    }
    expect(await both()).toHaveLength(1)
  })

  it('a sound is played once, in one of the tabs, and when the user switches it on', async () => {
    const { ada, bob, conversation } = await twoPeople()
    const first = await openWindow(options(ada))
    await settle(first)
    await choice(first, 'Sound').check()
    await until(async () => expect(await tones(first)).toBe(2))
    const second = await openTab(first.page.context(), first.page.url(), 'en')
    await settle(second)
    expect(await choice(second, 'Sound').isChecked()).toBe(true)
    await post(bob, conversation, 'hello')
    const both = async () => (await tones(first)) + (await tones(second))
    await until(async () => expect(await both()).toBe(4))
    for (const window of [first, second]) {
      await window.conversation(window.names.unread(bob.name, 1)).waitFor()
      await window.page.clock.fastForward('00:01')
    }
    expect(await both()).toBe(4)
    expect(await shown(first)).toEqual([])
  })
})
