import { describe, expect, it } from 'vitest'
import { conversationsOf, history, invite } from '../../support/chat.ts'
import { type ChatPage, until } from './support/chat-page.ts'
import { openWindow, useChromium } from './support/chromium.ts'
import { aPerson, threePeople, twoPeople } from './support/people.ts'
import { wrote } from './support/wrote.ts'

/** Returns a function that ends it. */
async function goOffline({ page, isConnected, names }: ChatPage) {
  // The dialogs have been loaded by then.
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
  await page.context().setOffline(true)
  await isConnected(names.offline)
  return async () => {
    await page.context().setOffline(false)
    await isConnected(names.online)
  }
}

/** Holds the calls to this path back until the function that it returns is called. */
async function hold({ page }: ChatPage, path: RegExp) {
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  await page.route(path, async (route) => {
    await released
    await route.continue()
  })
  return release
}

/** Ada, who has a conversation with Bob, accepts Eve's invitation. The server answers once `release` is called. */
async function acceptingSlowly() {
  const { ada, bob, conversation } = await twoPeople()
  const eve = await aPerson('Eve')
  await invite(eve, ada)
  const adas = await openWindow({ user: ada })
  await adas.isConnected()
  const release = await hold(adas, /\/respond$/)
  await adas.button(adas.names.accept(eve.name)).click()
  return { bob, eve, conversation, adas, release }
}

const dialog = ({ page }: ChatPage) => page.getByRole('dialog').last()
const pathOf = ({ page }: ChatPage) => new URL(page.url()).pathname

describe('what the user gives up while it waits', () => {
  useChromium()

  it('what is cancelled while it waits for the connection does not happen', async () => {
    const { ada, conversation } = await twoPeople()
    const adas = await openWindow({ user: ada, path: `/c/${conversation}` })
    await adas.say('keep this')
    await adas.say('and these words')
    const canDelete = { name: adas.names.delete, exact: true }
    await adas.message('and these words').getByRole('button', canDelete).waitFor({ state: 'attached' })
    const reconnect = await goOffline(adas)
    await adas.act('keep this', adas.names.delete)
    const dialog = adas.page.getByRole('dialog')
    await dialog.getByRole('button', canDelete).click()
    await dialog.getByText('Waiting for the connection').waitFor()
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await adas.act('and these words', adas.names.edit)
    await adas.composer.fill('other words')
    await adas.composer.press('Enter')
    expect(await adas.composer.isEditable()).toBe(false)
    await adas.composer.press('Escape')
    // What is given up does not keep the next edit from being written.
    await adas.act('and these words', adas.names.edit)
    await until(async () => expect(await adas.composer.isEditable()).toBe(true))
    await adas.composer.press('Escape')
    await reconnect()
    // Whatever was still waiting would be sent before this.
    await adas.say('the last one')
    await until(async () => (await history(ada, conversation)).length === 3)
    expect(await history(ada, conversation)).toEqual(wrote(['keep this', 'and these words', 'the last one']))
  })

  it('a dialog that is closed does nothing: no group is created or left, and no participant is removed', async () => {
    const { ada, bob, eve, group } = await threePeople()
    const adas = await openWindow({ user: ada, path: `/c/${group}` })
    await adas.isConnected()
    await adas.page.getByRole('heading', { name: 'Ops' }).waitFor()
    await adas.button(adas.names.newGroup).click()
    await dialog(adas).getByRole('searchbox').fill(eve.name)
    await adas.page.getByRole('checkbox', { name: eve.name }).check()
    const reconnect = await goOffline(adas)
    await adas.button('Create group').click()
    await dialog(adas).getByText('Waiting for the connection').waitFor()
    await dialog(adas).getByRole('button', { name: 'Cancel' }).click()
    await until(async () => expect(await dialog(adas).count()).toBe(0))
    await adas.button('People').click()
    for (const action of [`Remove ${bob.name}`, 'Leave group']) {
      await adas.button(action).click()
      await dialog(adas)
        .getByRole('button', { name: /^(Remove|Leave)/ })
        .last()
        .click()
      await dialog(adas).getByText('Waiting for the connection').waitFor()
      await adas.page.keyboard.press('Escape')
    }
    await adas.page.keyboard.press('Escape')
    await reconnect()
    await adas.say('still here')
    await until(async () =>
      expect((await history(bob, group)).at(-1)).toMatchObject({ content: 'still here' }),
    )
    expect(await conversationsOf(ada)).toHaveLength(1)
  })

  it('an answer to an invitation waits for the connection', async () => {
    const { ada, bob } = await twoPeople()
    const eve = await aPerson('Eve')
    await invite(eve, ada)
    const adas = await openWindow({ user: ada })
    await adas.button(adas.names.accept(eve.name)).waitFor()
    const reconnect = await goOffline(adas)
    await adas.button(adas.names.accept(eve.name)).click()
    await adas.page.getByText('Waiting for the connection').waitFor()
    await reconnect()
    await adas.composer.waitFor()
    await adas.conversation(bob.name).waitFor()
    await adas.conversation(eve.name).waitFor()
  })
})

describe('an answer that comes late', () => {
  useChromium()

  it('does not take a user away from the conversation that they have opened since', async () => {
    const { bob, eve, conversation, adas, release } = await acceptingSlowly()
    await adas.open(bob.name)
    await adas.page.getByRole('heading', { name: bob.name }).click()
    release()
    await adas.conversation(eve.name).waitFor()
    await until(async () => expect(await adas.button(adas.names.accept(eve.name)).count()).toBe(0))
    expect(pathOf(adas)).toBe(`/c/${conversation}`)
  })

  it('opens the conversation if the user has stayed', async () => {
    const { eve, adas, release } = await acceptingSlowly()
    release()
    await adas.composer.waitFor()
    await adas.page.getByRole('heading', { name: eve.name }).waitFor()
  })
})
