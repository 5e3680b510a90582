import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { expect, inject, it, onTestFinished, vi } from 'vitest'
import { listen } from '../../local/network.ts'
import { type Admin, aPair } from '../support/chat.ts'
import { chromium } from './support/chromium.ts'

/** The plain page of docs/client.md, with the address of the chat of these tests. */
function documentedPage(): string {
  const [, page = ''] = /```html\n(.*?)```/s.exec(readFileSync('docs/client.md', 'utf8')) ?? []
  return page.replaceAll('localhost:5000', new URL(inject('url')).host)
}

it('two users chat with the plain page of docs/client.md, and reload it', async () => {
  const { ada, bob, conversation } = await aPair()
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html')
    response.end(documentedPage())
  })
  const port = await listen(server, 0, '127.0.0.1')
  const browser = await chromium.launch()
  onTestFinished(async () => {
    await browser.close()
    server.close()
  })
  const open = async (user: Admin) => {
    const tab = await browser.open(`http://localhost:${port}/chat.html?conversation=${conversation}`)
    // What the user enters when the page asks for it.
    await tab.evaluate(`void (sessionStorage.token = ${JSON.stringify(user.token)})`)
    await tab.reload()
    return {
      ...tab,
      write: (content: string) =>
        tab.evaluate(`text.value = ${JSON.stringify(content)}, form.requestSubmit()`),
      shows: (...messages: readonly string[]) =>
        vi.waitFor(
          async () =>
            expect(
              await tab.evaluate('[phase.value, ...[...list.children].map((item) => item.textContent)]'),
            ).toEqual(['online', ...messages]),
          { timeout: 20_000, interval: 50 },
        ),
    }
  }
  const [adas, bobs] = [await open(ada), await open(bob)]
  await Promise.all([adas.shows(), bobs.shows()])
  await adas.write('hello Bob')
  await bobs.shows('hello Bob')
  await bobs.write('hello Ada')
  for (const tab of [adas, bobs]) {
    await tab.shows('hello Bob', 'hello Ada')
    await tab.reload()
    await tab.shows('hello Bob', 'hello Ada')
  }
})
