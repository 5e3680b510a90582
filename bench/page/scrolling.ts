import type { Browser } from 'playwright'
import { isOnline, messagesOf, visit } from './browser.ts'
import type { LaptopChat } from './chat.ts'

const LONG_TASK_US = 50_000
const WHEEL_PX = 1_500
const PAUSE_MS = 30

interface TraceEvent {
  readonly name: string
  readonly pid: number
  readonly tid: number
  /** CPU time in microseconds. Wall time would include what other programs do. */
  readonly tdur?: number
  readonly args?: { readonly name?: string }
}

/**
 * Scrolls from the newest message to the oldest. Returns the number of long tasks on the page's main thread, and how
 * long the longest task was, in milliseconds.
 */
export async function measureScrolling(browser: Browser, chat: LaptopChat) {
  const page = await visit(browser, chat, { userId: 'ada', path: '/c/long' })
  await isOnline(page)
  await messagesOf(page).last().hover()
  await browser.startTracing(page, { categories: ['toplevel', '__metadata'] })
  const first = messagesOf(page).filter({ hasText: 'Message 0001' })
  while ((await first.count()) === 0) {
    await page.mouse.wheel(0, -WHEEL_PX)
    await page.waitForTimeout(PAUSE_MS)
  }
  const trace = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] }
  await page.context().close()
  const tasks = mainThreadTasks(trace.traceEvents)
  const long = tasks.filter((task) => task > LONG_TASK_US).length
  return { long, longest: Math.max(...tasks) / 1000 }
}

function mainThreadTasks(events: readonly TraceEvent[]): readonly number[] {
  const isMain = ({ name, args }: TraceEvent) => name === 'thread_name' && args?.name === 'CrRendererMain'
  const threads = new Set(events.filter(isMain).map(({ pid, tid }) => `${pid}/${tid}`))
  return events
    .filter(({ name, pid, tid }) => /RunTask$/.test(name) && threads.has(`${pid}/${tid}`))
    .flatMap(({ tdur }) => tdur ?? [])
}
