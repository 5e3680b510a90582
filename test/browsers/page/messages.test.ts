import type { Locator } from 'playwright'
import { describe, expect, it } from 'vitest'
import { history, pairUp, post } from '../../support/chat.ts'
import { storeMessages } from '../../support/rows.ts'
import { until } from './support/chat-page.ts'
import { openWindow, useChromium } from './support/chromium.ts'
import { aPerson, twoPeople } from './support/people.ts'

/** Ada's and Bob's windows with their conversation open. */
async function twoWindows() {
  const people = await twoPeople()
  const path = `/c/${people.conversation}`
  const [adas, bobs] = await Promise.all([
    openWindow({ user: people.ada, path }),
    openWindow({ user: people.bob, path }),
  ])
  await Promise.all([adas.isConnected(), bobs.isConnected()])
  return { ...people, adas, bobs }
}

describe('messages in Chromium', () => {
  useChromium()

  it('an edited and a deleted message change in the window of the other user', async () => {
    const { adas, bobs, bob, conversation } = await twoWindows()
    await adas.say('helo')
    await adas.say('a mistake')
    await bobs.shows('helo', 'a mistake')
    await adas.act('helo', adas.names.edit)
    await adas.composer.fill('hello')
    await adas.button(adas.names.send).click()
    for (const window of [adas, bobs]) {
      await window.message('hello').getByText(window.names.edited).waitFor()
    }
    await adas.act('a mistake', adas.names.delete)
    await adas.page.getByRole('dialog').getByRole('button', { name: adas.names.delete, exact: true }).click()
    for (const window of [adas, bobs]) {
      await until(async () => expect(await window.message('a mistake').count()).toBe(0))
      await window.message('Message deleted').waitFor()
    }
    expect(await history(bob, conversation, '?limit=10')).toMatchObject([{ content: 'hello' }])
  })

  it('only the user’s own messages can be edited and deleted', async () => {
    const { adas, bobs } = await twoWindows()
    await adas.say('from Ada')
    await bobs.shows('from Ada')
    const item = bobs.message('from Ada')
    await item.hover()
    await item.getByRole('button', { name: bobs.names.reply, exact: true }).waitFor()
    for (const name of [bobs.names.edit, bobs.names.delete]) {
      expect(await item.getByRole('button', { name, exact: true }).count()).toBe(0)
    }
  })

  it('the up arrow edits the last message, and Escape cancels', async () => {
    const { adas } = await twoWindows()
    await adas.say('first')
    await adas.say('last')
    await adas.message('last').getByText('Sent', { exact: true }).waitFor({ state: 'attached' })
    await adas.composer.press('ArrowUp')
    await until(async () => expect(await adas.composer.inputValue()).toBe('last'))
    await adas.composer.press('Escape')
    await until(async () => expect(await adas.composer.inputValue()).toBe(''))
    await adas.composer.press('ArrowUp')
    await adas.composer.fill('at last')
    await adas.composer.press('Enter')
    await adas.shows('first', 'at last')
  })

  it('an edit and a reply are there again when the user returns to the conversation', async () => {
    const { ada, bob, conversation } = await twoPeople()
    const eve = await aPerson('Eve')
    await pairUp(ada, eve)
    const window = await openWindow({ user: ada, path: `/c/${conversation}` })
    await window.isConnected()
    const leaveAndReturn = async () => {
      await window.open(eve.name)
      await until(async () => expect(await window.composer.inputValue()).toBe(''))
      await window.open(bob.name)
    }
    await window.say('helo')
    await window.message('helo').getByText('Sent', { exact: true }).waitFor({ state: 'attached' })
    await window.act('helo', window.names.edit)
    await window.composer.fill('hello')
    await leaveAndReturn()
    await until(async () => expect(await window.composer.inputValue()).toBe('hello'))
    await window.composer.press('Enter')
    await window.message('hello').getByText(window.names.edited).waitFor()
    await window.act('hello', window.names.reply)
    await leaveAndReturn()
    await window.say('the answer')
    await window.message('the answer').getByText('hello').waitFor()
  })

  it('a reply quotes a message, and a click on the quote jumps to it, also if it is not loaded', async () => {
    const { ada, bob, conversation } = await twoPeople()
    const texts = ['the question', ...Array.from({ length: 299 }, (_, n) => `line ${n + 1}`)]
    await storeMessages(conversation, bob.id, 1, texts)
    await ada.call('POST', `/conversations/${conversation}/mark-read`, {})
    await post(ada, conversation, 'the answer', { metadata: { reply_to: 1 } })
    const window = await openWindow({ user: ada, path: `/c/${conversation}` })
    await window.shows('the answer')
    await window.act('line 299', window.names.reply)
    await window.say('another answer')
    await window.message('another answer').getByText('line 299').waitFor()
    await window.message('the answer').getByRole('button', { name: /./ }).first().click()
    await until(async () => {
      const box = await window.message('the question').first().boundingBox()
      expect(box && box.y > 0 && box.y < 700).toBe(true)
    })
  })

  it('a click on a quote shows the beginning of a message that is taller than the view', async () => {
    const { ada, bob, conversation } = await twoPeople()
    const texts = [
      `the question${'\n…'.repeat(60)}`,
      ...Array.from({ length: 99 }, (_, n) => `line ${n + 1}`),
    ]
    await storeMessages(conversation, bob.id, 1, texts)
    await ada.call('POST', `/conversations/${conversation}/mark-read`, {})
    await post(ada, conversation, 'the answer', { metadata: { reply_to: 1 } })
    const window = await openWindow({
      user: ada,
      path: `/c/${conversation}`,
      viewport: { width: 1000, height: 420 },
    })
    await window.shows('the answer')
    await window.message('the answer').getByRole('button', { name: /./ }).first().click()
    const view = await boxOf(window.list.locator('..'))
    await until(async () => {
      const { y, height } = await boxOf(window.message('the question').first())
      expect(height).toBeGreaterThan(view.height)
      expect(y).toBeGreaterThanOrEqual(view.y)
      expect(y).toBeLessThan(view.y + view.height / 2)
    })
  })

  it('a message is marked as read once the other user sees it, and not while the page has no focus', async () => {
    const { ada, bob, conversation } = await twoPeople()
    const [adas, bobs] = await Promise.all([
      openWindow({ user: ada, path: `/c/${conversation}` }),
      openWindow({ user: bob }),
    ])
    await adas.say('are you there?')
    await adas.message('are you there?').getByText('Sent', { exact: true }).waitFor({ state: 'attached' })
    await bobs.conversation(bobs.names.unread(ada.name, 1)).waitFor()
    await bobs.page.evaluate(() => {
      document.hasFocus = () => false
    })
    await bobs.open(ada.name)
    await bobs.shows('are you there?')
    await adas.say('hello?')
    await bobs.shows('hello?')
    expect(await history(ada, conversation)).toMatchObject([{ is_read: false }, { is_read: false }])
    await bobs.page.evaluate(() => {
      document.hasFocus = () => true
      dispatchEvent(new Event('focus'))
    })
    await adas.message('hello?').getByText('Read', { exact: true }).waitFor({ state: 'attached' })
  })

  it('a user sees that the other is typing, in the conversation and in the list', async () => {
    const { adas, bobs, ada } = await twoWindows()
    await adas.say('hello')
    await bobs.shows('hello')
    await until(async () => {
      // Typing is sent only if the other is known to be online.
      await adas.composer.pressSequentially('x')
      expect(await bobs.page.getByText(`${ada.name} is typing…`).count()).toBe(1)
    })
    expect(await bobs.conversation(ada.name).innerText()).toContain('typing…')
    await adas.composer.fill('')
    await until(async () => expect(await bobs.page.getByText('typing…').count()).toBe(0))
  })

  it('Enter sends, Shift+Enter breaks the line, and blank text is not sent', async () => {
    const { adas, bobs, bob, conversation } = await twoWindows()
    await adas.composer.press('Enter')
    await adas.composer.fill('   ')
    await adas.composer.press('Enter')
    await adas.composer.fill('one')
    await adas.composer.press('Shift+Enter')
    await adas.composer.pressSequentially('two')
    await adas.composer.press('Enter')
    await bobs.shows('one\ntwo')
    expect(await history(bob, conversation)).toMatchObject([{ content: 'one\ntwo' }])
  })

  it('the Enter that confirms a composition of an input method does not send', async () => {
    const { adas, bob, conversation } = await twoWindows()
    const devtools = await adas.page.context().newCDPSession(adas.page)
    const enter = (windowsVirtualKeyCode: number) =>
      devtools.send('Input.dispatchKeyEvent', {
        type: 'rawKeyDown',
        key: 'Enter',
        code: 'Enter',
        windowsVirtualKeyCode,
      })
    await adas.composer.focus()
    await devtools.send('Input.imeSetComposition', { text: 'にほん', selectionStart: 3, selectionEnd: 3 })
    await enter(229)
    expect(await adas.composer.inputValue()).toBe('にほん')
    await devtools.send('Input.insertText', { text: '日本' })
    expect(await adas.composer.inputValue()).toBe('日本')
    // Safari ends the composition before the key is pressed, and only the code tells it apart.
    await adas.composer.evaluate((field) =>
      field.dispatchEvent(
        new KeyboardEvent('keydown', { key: 'Enter', keyCode: 229, bubbles: true, cancelable: true }),
      ),
    )
    expect(await adas.composer.inputValue()).toBe('日本')
    await adas.composer.press('Enter')
    await adas.shows('日本')
    await until(async () => expect(await history(bob, conversation)).toMatchObject([{ content: '日本' }]))
  })

  it('an edit and a reply survive a reload', async () => {
    const { adas, bobs } = await twoWindows()
    await adas.say('helo')
    await adas.message('helo').getByText('Sent', { exact: true }).waitFor({ state: 'attached' })
    await adas.act('helo', adas.names.edit)
    await adas.composer.fill('hello')
    await adas.page.reload()
    await adas.page.getByText('Editing a message').waitFor()
    expect(await adas.composer.inputValue()).toBe('hello')
    await adas.composer.press('Enter')
    await bobs.shows('hello')
    await bobs.act('hello', bobs.names.reply)
    await bobs.page.reload()
    await bobs.page.getByText(/^Replying to /).waitFor()
    await bobs.say('the answer')
    await adas.message('the answer').getByText('hello').waitFor()
    await adas.page.reload()
    await adas.shows('the answer')
    expect(await adas.composer.inputValue()).toBe('')
  })

  it('a draft survives a reload, appears in the list, and belongs only to its conversation', async () => {
    const { adas, bob } = await twoWindows()
    await adas.composer.fill('not finished')
    await adas.page.reload()
    await until(async () => expect(await adas.composer.inputValue()).toBe('not finished'))
    await adas.page.goto(new URL('/', adas.page.url()).href)
    await until(async () => expect(await adas.conversation(bob.name).innerText()).toContain('not finished'))
    await adas.open(bob.name)
    await until(async () => expect(await adas.composer.inputValue()).toBe('not finished'))
    await adas.composer.press('Enter')
    await adas.shows('not finished')
    expect(await adas.composer.inputValue()).toBe('')
    await adas.page.reload()
    await adas.shows('not finished')
    expect(await adas.composer.inputValue()).toBe('')
  })

  it('a long message is folded until the user unfolds it', async () => {
    const { ada, bob, conversation } = await twoPeople()
    await post(bob, conversation, Array.from({ length: 300 }, (_, line) => `line ${line + 1}`).join('\n'))
    const window = await openWindow({ user: ada, path: `/c/${conversation}` })
    const height = async () => (await window.message('line 1').boundingBox())?.height ?? 0
    await window.button('Show more').waitFor()
    expect(await height()).toBeLessThan(600)
    await window.button('Show more').click()
    await until(async () => expect(await height()).toBeGreaterThan(6_000))
    await window.button('Show less').click()
    await until(async () => expect(await height()).toBeLessThan(600))
  })

  it.each([360, 600, 1000])('the actions of a message are beside it, %i px wide', async (width) => {
    const { ada, bob, conversation } = await twoPeople()
    await post(ada, conversation, 'mine')
    await post(ada, conversation, `much of mine ${'word '.repeat(60)}`)
    await post(bob, conversation, 'theirs')
    const window = await openWindow({
      user: ada,
      path: `/c/${conversation}`,
      viewport: { width, height: 800 },
    })
    await window.shows('mine', 'theirs')
    const { names, message } = window
    const button = (text: string, name: string) =>
      boxOf(message(text).last().getByRole('button', { name, exact: true }))
    for (const text of ['mine', 'much of mine']) {
      const { x, width } = await button(text, names.delete)
      const gap = (await boxOf(message(text).last().getByText(text))).x - (x + width)
      expect(gap).toBeGreaterThan(0)
      expect(gap).toBeLessThan(32)
    }
    const time = await boxOf(message('theirs').getByRole('time').first())
    const gap = (await button('theirs', names.reply)).x - (time.x + time.width)
    expect(gap).toBeGreaterThan(0)
    expect(gap).toBeLessThan(32)
  })

  it('a name from right to left begins where the others do', async () => {
    const ada = await aPerson('Ada')
    const noa = await aPerson('נועה')
    const conversation = await pairUp(ada, noa)
    const window = await openWindow({ user: ada, path: `/c/${conversation}` })
    const title = window.page.getByRole('heading', { name: noa.name })
    const item = window.conversation(noa.name).getByText(noa.name, { exact: true }).last()
    for (const name of [title, item]) {
      const gap = await name.evaluate((element) => {
        const range = document.createRange()
        range.selectNodeContents(element)
        return range.getBoundingClientRect().left - element.getBoundingClientRect().left
      })
      expect(gap).toBeLessThan(2)
    }
  })

  it('addresses become links, without the punctuation after them', async () => {
    const { adas, bobs } = await twoWindows()
    await adas.say('see https://example.com/a_(b)?c=d#e, (or http://example.org/x). Not javascript:alert(1)')
    await bobs.shows('see https')
    const links = bobs.message('see https').getByRole('link')
    expect(await links.evaluateAll((all) => all.map((one) => (one as HTMLAnchorElement).href))).toEqual([
      'https://example.com/a_(b)?c=d#e',
      'http://example.org/x',
    ])
    for (const link of await links.all()) {
      expect(await link.getAttribute('target')).toBe('_blank')
      expect(await link.getAttribute('rel')).toMatch(/noopener/)
    }
  })
})

async function boxOf(element: Locator) {
  const box = await element.boundingBox()
  if (!box) throw new Error(`${element} is not shown`)
  return box
}
