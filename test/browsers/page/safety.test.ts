import { describe, expect, it } from 'vitest'
import { adminWithId, groupUp, pairUp, post } from '../../support/chat.ts'
import { word } from '../../support/people.ts'
import { openWindow, useChromium } from './support/chromium.ts'
import { overflows } from './support/overflow.ts'
import { aPerson, twoPeople } from './support/people.ts'

/** What has broken other chats. */
const hostile = [
  '<img src=x onerror="globalThis.hacked = true">',
  '<script>globalThis.hacked = true</script>',
  '"><svg onload=globalThis.hacked=true>',
  '&lt;b&gt; &amp; &#x202e; {{constructor.constructor("hacked=true")()}}',
  'javascript:globalThis.hacked=true',
  '[a link](javascript:globalThis.hacked=true) data:text/html,<script>hacked=true</script>',
  'https://example.com/"onmouseover="globalThis.hacked=true',
  'https://user:password@example.com/?q=<b>',
  '\u202Eright to left override\u202C after it',
  '\u2067isolate that is never closed',
  'שלום עולם and English in one line',
  'line\u2028separator and paragraph\u2029separator',
  'zalgo z̵̢̰͔̦̳̓̊̓̈́͂a̷̛̲̬̙͒̈́̚l̶̡͚̖̱̇͊g̴̡̹̏̃o̵̝̾͘',
  '👩‍👩‍👧‍👦 🏳️‍🌈 🇫🇷',
  `${'w'.repeat(600)}`,
  `https://example.com/${'path'.repeat(150)}`,
  '﷽'.repeat(40),
  'one\n\n\n\n\ntwo',
  '__proto__',
  'constructor',
]

describe('hostile content in Chromium', () => {
  useChromium()

  it('messages are shown as text, whatever they contain', async () => {
    const { ada, bob, conversation } = await twoPeople()
    for (const text of hostile) await post(bob, conversation, text)
    const window = await openWindow({
      user: ada,
      path: `/c/${conversation}`,
      viewport: { width: 360, height: 8_000 },
    })
    await window.shows('constructor')
    const shown = (await window.list.getByRole('listitem').allTextContents()).join('\n')
    for (const text of hostile) expect(shown).toContain(text)
    expect(await window.list.locator('img, script, iframe, b, svg[onload]').count()).toBe(0)
    const links = await window.list
      .getByRole('link')
      .evaluateAll((all) => all.map((link) => (link as HTMLAnchorElement).protocol))
    expect(links.length).toBeGreaterThan(0)
    expect(links.filter((protocol) => !/^https?:$/.test(protocol))).toEqual([])
    expect(await window.page.evaluate(() => 'hacked' in globalThis)).toBe(false)
    expect(await overflows(window.page)).toEqual([])
  })

  it('names, titles and invitations are shown as text', async () => {
    const ada = await aPerson('Ada')
    const html = '<img src=x onerror="globalThis.hacked = true">'
    const bob = await adminWithId(`${word()}@example.org`, html)
    const eve = await adminWithId(`${word()}@example.org`, `${'W'.repeat(60)}\u202E`)
    const path = `/c/${await pairUp(ada, bob)}`
    await groupUp(bob, [ada, eve])
    await eve.call('POST', '/invitations', { to_user_id: ada.id, message: html })
    for (const width of [360, 1440]) {
      const window = await openWindow({ user: ada, path, viewport: { width, height: 800 } })
      await window.page.getByText(html).filter({ visible: true }).first().waitFor()
      expect(await window.page.locator('img, script[src="x"]').count()).toBe(0)
      expect(await window.page.evaluate(() => 'hacked' in globalThis)).toBe(false)
      expect(await overflows(window.page)).toEqual([])
      await window.page.goto(new URL('/', window.page.url()).href)
      await window.page.getByText(html).filter({ visible: true }).first().waitFor()
      expect(await overflows(window.page)).toEqual([])
    }
  })
})
