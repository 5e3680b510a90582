import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright'
import { afterAll, afterEach, beforeAll, expect, inject, onTestFinished } from 'vitest'
import { type ChatPage, chatPage } from './chat-page.ts'
import type { Language } from './names.ts'

export interface WindowOptions extends BrowserContextOptions {
  /** Signs in with `localStorage.token`. @default - not signed in */
  readonly user?: { readonly token: string }
  readonly language?: Language
  /** @default / */
  readonly path?: string
  /** Runs in the page before its own scripts. */
  readonly script?: string
  /** Prepares the context before a page is opened. */
  readonly prepare?: (context: BrowserContext) => Promise<unknown>
  /** The URL before the path. @default - the chat that the tests share */
  readonly site?: string
}

const TIMEOUT_MS = 15_000
const LOCALES = { en: 'en-US', fr: 'fr-FR' }

/** Reports of the browser that must not occur in any test. */
const problems: string[] = []

let browser: Browser

/** Starts a browser for the tests of a file. After each test, there must be no error and no violation of the policy. */
export function useChromium(): void {
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: '/usr/bin/chromium',
      chromiumSandbox: false,
      ignoreDefaultArgs: ['--disable-back-forward-cache'],
    })
  })
  afterEach(() => expect(problems.splice(0)).toEqual([]))
  afterAll(() => browser?.close())
}

export const theBrowser = (): Browser => browser

/** Opens the page in a profile of its own, which is closed after the test. */
export async function openWindow(options: WindowOptions = {}): Promise<ChatPage> {
  const { user, language = 'en', path = '/', script, prepare, site = inject('url'), ...rest } = options
  const localStorage = user ? [{ name: 'token', value: user.token }] : []
  const context = await browser.newContext({
    locale: LOCALES[language],
    storageState: { cookies: [], origins: [{ origin: new URL(site).origin, localStorage }] },
    ...rest,
  })
  onTestFinished(() => context.close())
  context.setDefaultTimeout(TIMEOUT_MS)
  await context.addInitScript(reportViolations)
  if (script !== undefined) await context.addInitScript(script)
  await prepare?.(context)
  return await openTab(context, site + path, language)
}

/** Opens another tab of the same profile. */
export async function openTab(context: BrowserContext, url: string, language: Language): Promise<ChatPage> {
  const page = await context.newPage()
  watch(page)
  await page.goto(url)
  return chatPage(page, language)
}

const VIOLATION = 'violates the policy: '

function watch(page: Page): void {
  page.on('pageerror', (error) => problems.push(error.stack ?? error.message))
  page.on('console', (message) => {
    if (message.text().startsWith(VIOLATION)) problems.push(message.text())
  })
}

/** Runs in the page. */
const reportViolations = `addEventListener('securitypolicyviolation', (event) => {
  const { effectiveDirective, blockedURI, sourceFile, sample } = event
  console.error('${VIOLATION}' + [effectiveDirective, blockedURI, sourceFile, sample].join(' '))
})`
