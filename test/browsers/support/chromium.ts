import { chromium as playwright } from 'playwright'
import type { Browser, Engine } from './engine.ts'

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
