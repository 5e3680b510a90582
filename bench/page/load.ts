import type { Browser } from 'playwright'
import { composerOf, isOnline, messagesOf, visit } from './browser.ts'
import type { LaptopChat } from './chat.ts'

interface Observed {
  cls: number
  interactive: number
  online: number
  inp: number
}

/** Runs in the page: records layout shifts, the slowest interaction, and when the conversation can be used. */
const observe = `
  const observed = (globalThis.observed = { cls: 0, interactive: 0, online: 0, inp: 0 })
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) observed.cls += value
  }).observe({ type: 'layout-shift', buffered: true })
  new PerformanceObserver((list) => {
    for (const { duration, interactionId } of list.getEntries())
      if (interactionId) observed.inp = Math.max(observed.inp, duration)
  }).observe({ type: 'event', durationThreshold: 16, buffered: true })
  const painted = (name, selector) => {
    if (observed[name] || !document.querySelector(selector)) return
    observed[name] = 1
    requestAnimationFrame(() => setTimeout(() => { observed[name] = performance.now() }))
  }
  new MutationObserver(() => {
    if (document.querySelector('textarea')) painted('interactive', '[aria-label="Messages"] li')
    painted('online', '[role="status"][aria-label="Connection: Online"]')
  }).observe(document, { subtree: true, childList: true, attributes: true })
`

/** Loads a conversation in a new profile; times are milliseconds since the navigation began. */
export async function measureLoad(browser: Browser, chat: LaptopChat) {
  const page = await visit(browser, chat, { userId: 'ada', path: '/c/short', script: observe })
  await isOnline(page)
  await messagesOf(page).last().waitFor()
  // Waits, because layout shifts can also happen later.
  await page.waitForTimeout(1_000)
  const result = await page.evaluate(() => {
    const { observed } = globalThis as unknown as { observed: Observed }
    const fcp = performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN
    return { ...observed, fcp }
  })
  await page.context().close()
  return result
}

/** The slowest of 60 interactions, of a user who writes, sends, opens another conversation, and searches. */
export async function measureInteraction(browser: Browser, chat: LaptopChat): Promise<number> {
  const page = await visit(browser, chat, { userId: 'ada', path: '/c/short', script: observe })
  await isOnline(page)
  await messagesOf(page).last().waitFor()
  const pause = { delay: 60 }
  await composerOf(page).pressSequentially('a message of 25 letters..', pause)
  await composerOf(page).press('Enter')
  await page.getByRole('link', { name: 'eve Benchmark' }).click()
  await messagesOf(page).last().waitFor()
  await composerOf(page).pressSequentially('another one of 25 letters', pause)
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await page.getByRole('searchbox').pressSequentially('bob', pause)
  await page
    .getByRole('button', { name: /bob Benchmark/ })
    .first()
    .waitFor()
  await page.getByRole('button', { name: 'New group', exact: true }).click()
  await page.getByRole('dialog').waitFor()
  await page.keyboard.press('Escape')
  await page.waitForTimeout(500)
  const inp = await page.evaluate(() => (globalThis as unknown as { observed: Observed }).observed.inp)
  await page.context().close()
  // The browser reports nothing below 16 ms.
  return Math.max(16, inp)
}
