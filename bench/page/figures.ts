/**
 * Measures the page in Chromium on the laptop runtime: its size, how fast it loads and reacts, how soon a message is
 * painted in the other window, and whether scrolling through 5,000 messages blocks the page.
 *
 *   npm run bench:page
 */
import type { Browser } from 'playwright'
import { percentile } from '../../verification/model/percentile.ts'
import { launch } from './browser.ts'
import { type LaptopChat, type Line, type Person, startChat } from './chat.ts'
import { measureDelivery } from './delivery.ts'
import { measureInteraction, measureLoad } from './load.ts'
import { measureScrolling } from './scrolling.ts'
import { measureSizes } from './sizes.ts'

const LOADS = 7
const SENDS = 200
const LOADED_MESSAGES = 200
const SCROLLED_MESSAGES = 5_000

const people: readonly Person[] = ['ada', 'bob', 'eve'].map((id) => ({
  id,
  firstname: id,
  lastname: 'Benchmark',
}))

const lines = (count: number): readonly Line[] =>
  Array.from({ length: count }, (_, n) => ({
    from: n % 3 ? 'ada' : 'bob',
    text: `Message ${String(n + 1).padStart(4, '0')}${' of several words'.repeat(n % 12)}`,
    at: new Date(Date.now() - (count - n) * 60_000).toISOString(),
  }))

const print = (what: string, value: string) => console.log(`${what.padEnd(44)} ${value}`)
const ms = (values: readonly number[], share: number) => `${Math.round(percentile(values, share))} ms`
const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} KB`

async function run(browser: Browser, chat: LaptopChat): Promise<void> {
  const { page, later, element } = await measureSizes()
  print('page, JavaScript and CSS gzipped', kilobytes(page))
  print('what the page loads later, gzipped', kilobytes(later))
  print('element, one file gzipped', kilobytes(element))

  const participants = ['ada', 'bob']
  await chat.converse({ id: 'short', participants, lines: lines(LOADED_MESSAGES) })
  // Otherwise the conversation would open at its first unread message.
  for (const user of participants) await chat.read(user, 'short', LOADED_MESSAGES)
  await chat.converse({ id: 'long', participants: ['ada', 'eve'], lines: lines(SCROLLED_MESSAGES) })
  await chat.read('ada', 'long', SCROLLED_MESSAGES)

  const loads = []
  for (let load = 0; load < LOADS; load++) loads.push(await measureLoad(browser, chat))
  const of = (name: 'fcp' | 'interactive' | 'online') => loads.map((load) => load[name])
  print('first contentful paint, median of 7', ms(of('fcp'), 0.5))
  print('messages and composer painted, median of 7', ms(of('interactive'), 0.5))
  print('connected, median of 7', ms(of('online'), 0.5))
  print('cumulative layout shift, largest of 7', Math.max(...loads.map(({ cls }) => cls)).toFixed(3))
  print('interaction to next paint, worst of 60', `${await measureInteraction(browser, chat)} ms`)

  const delivered = await measureDelivery(browser, chat, SENDS)
  print(`click to painted in the other window, p50`, ms(delivered, 0.5))
  print(`click to painted in the other window, p95`, ms(delivered, 0.95))

  const { longest, long } = await measureScrolling(browser, chat)
  print('5,000 messages scrolled: tasks over 50 ms of CPU', `${long} (longest ${Math.round(longest)} ms)`)
}

const chat = await startChat(people)
const browser = await launch()
try {
  await run(browser, chat)
} finally {
  await browser.close()
  await chat.stop()
}
