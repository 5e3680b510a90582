import { describe, expect, it } from 'vitest'
import { acceptAll, history, post, respond } from '../../support/chat.ts'
import { type ChatPage, until } from './support/chat-page.ts'
import { openWindow, useChromium } from './support/chromium.ts'
import { aPerson, type Person, threePeople } from './support/people.ts'

const field = ({ page }: ChatPage, name: string | RegExp) => page.getByRole('textbox', { name })
const dialog = ({ page }: ChatPage) => page.getByRole('dialog').last()

async function find(window: ChatPage, { name }: Person) {
  await window.page.getByRole('searchbox', { name: window.names.find, exact: true }).last().fill(name)
}

async function invite(window: ChatPage, person: Person, words = '') {
  await find(window, person)
  const button = window.button(window.names.invite(person.name))
  await button.waitFor()
  if (words) await window.page.getByRole('search').getByRole('textbox').fill(words)
  await button.click()
}

describe('people in Chromium', () => {
  useChromium()

  it('a user finds an administrator and invites them with a word; they accept, and both talk', async () => {
    const [ada, bob] = await Promise.all([aPerson('Ada'), aPerson('Bob')])
    const [adas, bobs] = await Promise.all([openWindow({ user: ada }), openWindow({ user: bob })])
    await Promise.all([adas.isConnected(), bobs.isConnected()])
    await invite(adas, bob, 'Shall we talk?')
    const invitations = bobs.page.getByRole('region', { name: bobs.names.invitations, exact: true })
    await invitations.getByText('Shall we talk?').waitFor()
    await adas.conversations.getByText(bob.name).waitFor()
    await until(async () => expect(await bobs.page.title()).toMatch(/^\(1\) /))
    await bobs.button(bobs.names.accept(ada.name)).click()
    await bobs.composer.waitFor()
    await until(async () => expect(await bobs.page.title()).not.toContain('('))
    await adas.conversation(bob.name).getByText('Accepted your invitation').waitFor()
    expect(await invitations.count()).toBe(0)
    // The words are kept where the conversation begins.
    await bobs.page.getByText(`${ada.name}: Shall we talk?`).waitFor()
    await adas.page.getByRole('searchbox').fill('')
    await adas.open(bob.name)
    await adas.say('hello Bob')
    await bobs.shows('hello Bob')
    await bobs.say('hello Ada')
    for (const window of [adas, bobs]) await window.shows('hello Bob', 'hello Ada')
    await adas.conversation(bob.name).getByText('hello Ada').waitFor()
    await bobs.page.reload()
    await bobs.shows('Shall we talk?', 'hello Bob', 'hello Ada')
  })

  it('an invitation is declined, and another one is withdrawn', async () => {
    const [ada, bob] = await Promise.all([aPerson('Ada'), aPerson('Bob')])
    const [adas, bobs] = await Promise.all([openWindow({ user: ada }), openWindow({ user: bob })])
    await Promise.all([adas.isConnected(), bobs.isConnected()])
    await invite(adas, bob)
    await bobs.button(bobs.names.decline(ada.name)).click()
    const pending = adas.conversations.getByText(bob.name)
    const declined = adas.conversations.getByText('Invitation declined')
    await declined.waitFor()
    await invite(adas, bob)
    // The new invitation takes the place of the declined one.
    await until(async () => expect(await declined.count()).toBe(0))
    await bobs.button(bobs.names.decline(ada.name)).click()
    await declined.waitFor()
    await adas.conversations.getByRole('button', { name: `Close: ${bob.name}` }).click()
    await until(async () => expect(await pending.count()).toBe(0))
    await invite(adas, bob)
    await bobs.button(bobs.names.accept(ada.name)).waitFor()
    await adas.page.getByRole('searchbox').fill('')
    await adas.button(`Withdraw the invitation to ${bob.name}`).click()
    await dialog(adas).getByRole('button', { name: 'Withdraw', exact: true }).click()
    await until(async () => expect(await bobs.button(bobs.names.accept(ada.name)).count()).toBe(0))
    await until(async () => expect(await pending.count()).toBe(0))
  })

  it('a declined invitation to a group is noted, also if it was sent before the page was opened', async () => {
    const [ada, bob, eve] = await Promise.all([aPerson('Ada'), aPerson('Bob'), aPerson('Eve')])
    const { body } = await ada.call('POST', '/conversations', { title: 'Night shift', user_ids: [bob.id] })
    const { conversation_id, invitations } = body['data']
    const window = await openWindow({ user: ada })
    await window.isConnected()
    await window.button(window.names.menu).click()
    // The content of the menu is loaded together with what notes the answers.
    await window.page.getByRole('checkbox', { name: 'Notifications' }).waitFor()
    await respond(bob, invitations[0].id, 'reject')
    await window.conversations.getByText('An earlier invitation').waitFor()
    await window.conversations.getByText('Invitation declined').waitFor()
    const path = `/conversations/${conversation_id}/invitations`
    const answer = await ada.call('POST', path, { to_user_id: eve.id })
    await respond(eve, answer.body['data'].invitations[0].id, 'reject')
    await window.conversations.getByText(eve.name).waitFor()
    await window.conversations.getByText('Declined to join Night shift').waitFor()
  })

  it('a user makes a group with a title, and those who accept are in it', async () => {
    const [ada, bob, eve] = await Promise.all([aPerson('Ada'), aPerson('Bob'), aPerson('Eve')])
    const [adas, bobs] = await Promise.all([openWindow({ user: ada }), openWindow({ user: bob })])
    await Promise.all([adas.isConnected(), bobs.isConnected()])
    await adas.button(adas.names.newGroup).click()
    await field(adas, /^Title/).fill('Night shift')
    for (const person of [bob, eve]) {
      await find(adas, person)
      await adas.page.getByRole('checkbox', { name: person.name }).check()
    }
    await adas.button('Create group').click()
    await adas.page.getByRole('heading', { name: 'Night shift', exact: true }).waitFor()
    await bobs.page
      .getByRole('region', { name: bobs.names.invitations })
      .getByText(/Night shift/)
      .waitFor()
    await bobs.page.getByRole('searchbox').fill('nobody')
    await bobs.button(bobs.names.accept(ada.name)).click()
    await adas.shows(`${bob.name} joined`)
    await bobs.shows('You joined')
    // The search is over when a conversation is opened.
    expect(await bobs.page.getByRole('searchbox').inputValue()).toBe('')
    await adas.say('welcome')
    await bobs.shows('welcome')
    await bobs.conversation('Night shift').waitFor()
  })

  it('the owner of a group removes a participant and passes the group on, and everyone sees it', async () => {
    const { ada, bob, eve, group } = await threePeople()
    const path = `/c/${group}`
    const [adas, bobs, eves] = await Promise.all([
      openWindow({ user: ada, path }),
      openWindow({ user: bob, path }),
      openWindow({ user: eve, path }),
    ])
    await Promise.all([adas.isConnected(), bobs.isConnected(), eves.isConnected()])
    await adas.button('People').click()
    await adas.button(`Remove ${eve.name}`).click()
    await dialog(adas)
      .getByRole('button', { name: /^Remove/ })
      .last()
      .click()
    await bobs.shows(`${ada.name} removed ${eve.name}`)
    await adas.shows(`You removed ${eve.name}`)
    await eves.page.getByText(`You are no longer in “Ops”. Either you left it, or ${ada.name}`).waitFor()
    await until(async () => expect(await eves.composer.count()).toBe(0))
    await until(async () => expect(await eves.conversation('Ops').count()).toBe(0))
    await adas.button(`Make ${bob.name} the owner`).click()
    await dialog(adas).getByRole('button', { name: /^Make/ }).last().click()
    await bobs.shows('You are now the owner')
    await until(async () => expect(await adas.button(`Remove ${bob.name}`).count()).toBe(0))
    await adas.page.keyboard.press('Escape')
    await bobs.button('People').click()
    await bobs.button(`Remove ${ada.name}`).waitFor()
  })

  it('the owner of a group sees who is invited, and withdraws an invitation', async () => {
    const { ada, group } = await threePeople()
    const [zoe, max] = await Promise.all([aPerson('Zoe'), aPerson('Max')])
    for (const { id } of [zoe, max])
      await ada.call('POST', `/conversations/${group}/invitations`, { to_user_id: id })
    const [adas, zoes] = await Promise.all([
      openWindow({ user: ada, path: `/c/${group}` }),
      openWindow({ user: zoe }),
    ])
    await Promise.all([adas.isConnected(), zoes.isConnected()])
    await zoes.button(zoes.names.accept(ada.name)).waitFor()
    await adas.button('People').click()
    const withdraw = ({ name }: Person) => adas.button(`Withdraw the invitation to ${name}`)
    await withdraw(max).waitFor()
    await withdraw(zoe).click()
    await dialog(adas).getByRole('button', { name: 'Withdraw', exact: true }).click()
    await until(async () => expect(await withdraw(zoe).count()).toBe(0))
    await until(async () => expect(await zoes.button(zoes.names.accept(ada.name)).count()).toBe(0))
    const [open] = (await max.call('GET', '/invitations')).body['data'].invitations
    await respond(max, open.id, 'accept')
    await until(async () => expect(await withdraw(max).count()).toBe(0))
    await adas.button(`Remove ${max.name}`).waitFor()
  })

  it('a former participant is named in the list, also after a reload', async () => {
    const [ada, bob, eve] = await Promise.all([aPerson('Ada'), aPerson('Bob'), aPerson('Eve')])
    // Without a title, the list names the participants.
    const { body } = await ada.call('POST', '/conversations', { user_ids: [bob.id, eve.id] })
    await acceptAll(bob)
    await acceptAll(eve)
    await post(eve, body['data'].conversation_id, 'farewell')
    const window = await openWindow({ user: ada })
    const preview = new RegExp(`${eve.name.split(' ')[0]}:\\s*farewell`)
    const isNamed = (title: string) =>
      until(async () => expect(await window.conversation(title).innerText()).toMatch(preview))
    await isNamed(`${bob.name} and ${eve.name}`)
    await eve.call('POST', `/conversations/${body['data'].conversation_id}/leave`)
    const alone = window.conversations.getByRole('link', {
      name: window.names.unread(bob.name, 1),
      exact: true,
    })
    await alone.waitFor()
    await isNamed(bob.name)
    await window.page.reload()
    await alone.waitFor()
    await isNamed(bob.name)
  })

  it('a search says what it needs: more letters, or a connection', async () => {
    const { ada, bob } = await threePeople()
    const window = await openWindow({ user: ada })
    await window.isConnected()
    const search = window.page.getByRole('searchbox', { name: window.names.find })
    const hint = (text: string) => window.page.getByRole('search').getByText(text)
    await search.fill('b')
    await hint('Type two letters or more.').waitFor()
    await window.page.context().setOffline(true)
    await window.isConnected(window.names.offline)
    await search.fill(bob.name)
    await hint('Waiting for the connection…').waitFor()
    await window.page.context().setOffline(false)
    await window.button(window.names.invite(bob.name)).waitFor()
    expect(await window.page.getByRole('search').getByRole('paragraph').count()).toBe(0)
  })

  it('a search says that it needs more letters as soon as the user pauses', async () => {
    const ada = await aPerson('Ada')
    const window = await openWindow({ user: ada, prepare: (context) => context.clock.install() })
    const { page } = window
    await window.isConnected()
    const search = page.getByRole('searchbox', { name: window.names.find })
    const hint = page.getByRole('search').getByText('Type two letters or more.')
    await search.fill('b')
    await hint.waitFor()
    await search.fill('')
    await hint.waitFor({ state: 'detached' })
    await page.clock.pauseAt(Date.now() + 60_000)
    await search.fill('c')
    await page.clock.runFor(500)
    await hint.waitFor()
  })

  it('what was written for a new group is there again after a reload', async () => {
    const { ada } = await threePeople()
    const window = await openWindow({ user: ada })
    await window.isConnected()
    await window.button(window.names.newGroup).click()
    await field(window, /^Title/).fill('Night shift')
    await window.page.reload()
    await window.isConnected()
    await window.button(window.names.newGroup).click()
    await until(async () => expect(await field(window, /^Title/).inputValue()).toBe('Night shift'))
  })

  it('a participant leaves a group, which then is no longer in the list', async () => {
    const { ada, bob, group } = await threePeople()
    const path = `/c/${group}`
    const [adas, bobs] = await Promise.all([openWindow({ user: ada, path }), openWindow({ user: bob, path })])
    await Promise.all([adas.isConnected(), bobs.isConnected()])
    await bobs.button('People').click()
    await bobs.button('Leave group').click()
    await dialog(bobs).getByRole('button', { name: 'Leave group', exact: true }).last().click()
    await adas.shows(`${bob.name} left`)
    await until(async () => expect(await bobs.conversation('Ops').count()).toBe(0))
    await until(async () => expect(new URL(bobs.page.url()).pathname).toBe('/'))
    expect((await history(ada, group)).at(-1)).toMatchObject({ kind: 'participant_left' })
  })
})
