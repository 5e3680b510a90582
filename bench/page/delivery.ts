import type { Browser } from 'playwright'
import { composerOf, isOnline, visit } from './browser.ts'
import type { LaptopChat } from './chat.ts'

/** The server accepts 10 messages a second of one user, after a burst of 100. */
const PAUSE_MS = 110

/** Milliseconds from a click on Send to the frame in which the other window shows the message. */
export async function measureDelivery(
  browser: Browser,
  chat: LaptopChat,
  sends: number,
): Promise<readonly number[]> {
  const [adas, bobs] = await Promise.all(
    ['ada', 'bob'].map((userId) => visit(browser, chat, { userId, path: '/c/short' })),
  )
  if (!adas || !bobs) throw new Error('two windows are needed')
  await Promise.all([isOnline(adas), isOnline(bobs)])
  await adas.evaluate(() => {
    addEventListener(
      'click',
      ({ timeStamp, target }) => {
        if (!(target instanceof Element && target.closest('[type="submit"]'))) return
        Object.assign(globalThis, { clickedAt: performance.timeOrigin + timeStamp })
      },
      { capture: true },
    )
  })
  const times: number[] = []
  for (let n = 0; n < sends; n++) {
    const text = `delivery ${n} of ${sends}`
    const painted = bobs.evaluate(paintedAt, text)
    await composerOf(adas).fill(text)
    await adas.getByRole('button', { name: 'Send', exact: true }).click()
    const at = await painted
    times.push(at - (await adas.evaluate(() => (globalThis as unknown as { clickedAt: number }).clickedAt)))
    await adas.waitForTimeout(PAUSE_MS)
  }
  await Promise.all([adas.context().close(), bobs.context().close()])
  return times
}

/** Runs in the page: resolves with the time after the frame in which a message is painted. */
function paintedAt(text: string): Promise<number> {
  return new Promise((resolve) => {
    const observer = new MutationObserver(() => {
      const list = document.querySelector('[aria-label="Messages"]')
      if (!list?.textContent?.includes(text)) return
      observer.disconnect()
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel()
        port1.onmessage = () => resolve(performance.timeOrigin + performance.now())
        port2.postMessage(undefined)
      })
    })
    observer.observe(document.body, { subtree: true, childList: true, characterData: true })
  })
}
