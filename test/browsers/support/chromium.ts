import { chromium as playwright } from 'playwright'
import type { Browser, Engine } from './engine.ts'

/** Debian's Chromium, driven by Playwright. */
export const chromium: Engine = {
  name: 'Chromium',
  canCrash: true,
  async launch(): Promise<Browser> {
    const browser = await playwright.launch({ executablePath: '/usr/bin/chromium', chromiumSandbox: false })
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
        }
      },
      close: () => browser.close(),
    }
  },
}
