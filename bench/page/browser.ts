import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright'
import type { LaptopChat } from './chat.ts'

/**
 * Debian's Chromium, as in the tests. With a display, such as that of `xvfb-run`, it opens windows. Without a display,
 * Chromium reports some frames as painted a second late.
 */
export const launch = (): Promise<Browser> =>
  chromium.launch({
    executablePath: '/usr/bin/chromium',
    chromiumSandbox: false,
    headless: process.env['DISPLAY'] === undefined,
  })

export interface Visit extends BrowserContextOptions {
  /** Signs in with `localStorage.token`. @default - not signed in */
  readonly userId?: string
  readonly path?: string
  /** Runs in the page before its own scripts. */
  readonly script?: string
  /** When the page's clock starts. @default - now */
  readonly now?: Date
}

/** Opens the page in a new profile. */
export async function visit(browser: Browser, chat: LaptopChat, options: Visit = {}): Promise<Page> {
  const { userId, path = '/', script, now, ...rest } = options
  const localStorage = userId === undefined ? [] : [{ name: 'token', value: chat.token(userId) }]
  const storageState = { cookies: [], origins: [{ origin: chat.url, localStorage }] }
  const context = await browser.newContext({ locale: 'en-US', storageState, ...rest })
  if (now) await context.clock.install({ time: now })
  if (script !== undefined) await context.addInitScript(script)
  const page = await context.newPage()
  await page.goto(chat.url + path)
  return page
}

export const composerOf = (page: Page) => page.getByRole('textbox', { name: 'Message', exact: true })

export const messagesOf = (page: Page) =>
  page.getByRole('list', { name: 'Messages', exact: true }).getByRole('listitem')

export const isOnline = (page: Page) =>
  page.getByRole('status', { name: 'Connection: Online', exact: true }).waitFor()
