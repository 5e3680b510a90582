import { type Page, chromium as playwright } from 'playwright'
import { type Browser, type Engine, type InputAction, keys } from './engine.ts'

/** Debian's Chromium, driven by Playwright. */
export const chromium: Engine = {
  name: 'Chromium',
  hasAll: true,
  async launch(): Promise<Browser> {
    const browser = await playwright.launch({
      executablePath: '/usr/bin/chromium',
      chromiumSandbox: false,
      ignoreDefaultArgs: ['--disable-back-forward-cache'],
    })
    const context = await browser.newContext()
    return {
      async open(url) {
        const page = await context.newPage()
        await page.goto(url)
        return {
          evaluate: (expression) => page.evaluate(expression),
          reload: async () => void (await page.reload()),
          close: () => page.close(),
          async perform(sources) {
            for (const action of sources.flatMap(({ actions }) => actions)) await perform(page, action)
          },
          async crash() {
            const crashed = page.waitForEvent('crash')
            const session = await context.newCDPSession(page)
            // The command has no answer, because the process that would send it ends.
            void session.send('Page.crash').catch(() => undefined)
            await crashed
          },
          leave: async () => void (await page.goto(`${url}other`)),
          async back() {
            // `page.goBack` does not return for a page from the cache.
            // The evaluation fails if the page has gone before it ends.
            await page.evaluate('void history.back()').catch(() => undefined)
            await page.waitForURL(url, { waitUntil: 'commit' })
          },
        }
      },
      close: () => browser.close(),
    }
  },
}

const keyNames = new Map<string, string>(Object.entries(keys).map(([name, value]) => [value, name]))

async function perform({ mouse, keyboard }: Page, action: InputAction): Promise<void> {
  if ('x' in action) await mouse.move(action.x, action.y)
  else if ('value' in action) {
    const key = keyNames.get(action.value) ?? action.value
    await (action.type === 'keyDown' ? keyboard.down(key) : keyboard.up(key))
  } else await (action.type === 'pointerDown' ? mouse.down() : mouse.up())
}
