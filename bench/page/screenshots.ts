/**
 * Takes the screenshots of the documentation: eight views in two themes. The data and the clock are always the same, so
 * new screenshots differ only where the page has changed.
 *
 *   npm run screenshots
 */
import { mkdirSync } from 'node:fs'
import type { Browser, Page } from 'playwright'
import { composerOf, isOnline, launch, messagesOf, type Visit, visit } from './browser.ts'
import { type LaptopChat, type Line, type Person, startChat } from './chat.ts'

const FOLDER = 'docs/screenshots'
const NOW = new Date('2026-06-16T14:08:00+02:00')
const at = (time: string, day = 16) => new Date(`2026-06-${day}T${time}:00+02:00`).toISOString()

const people: readonly Person[] = [
  { id: 'ada', firstname: 'Ada', lastname: 'Lovelace' },
  { id: 'grace', firstname: 'Grace', lastname: 'Hopper' },
  { id: 'alan', firstname: 'Alan', lastname: 'Turing' },
  { id: 'katherine', firstname: 'Katherine', lastname: 'Johnson' },
  { id: 'radia', firstname: 'Radia', lastname: 'Perlman' },
  { id: 'edsger', firstname: 'Edsger', lastname: 'Dijkstra' },
  { id: 'barbara', firstname: 'Barbara', lastname: 'Liskov' },
]

const line = (from: string, time: string, text: string, day = 16): Line => ({ from, text, at: at(time, day) })

const withGrace: readonly Line[] = [
  line('grace', '17:42', 'The migration ran through on staging. 41 minutes, no errors.', 15),
  line('ada', '17:44', 'Nice. Shall we do production tomorrow after lunch?', 15),
  line('grace', '17:45', 'Works for me. I tell the others.', 15),
  line('ada', '13:52', 'I have put the checklist here: https://wiki.example.com/migration'),
  line('grace', '13:55', 'Thanks. One question: who watches the queue while the tables are copied?'),
  line('grace', '13:55', 'Last time nobody did, and we noticed the backlog an hour later.'),
  { ...line('ada', '13:58', 'Alan does, from two o’clock on.'), metadata: { reply_to: 5 } },
  line('ada', '13:58', 'He has an alarm on everything older than 30 s.'),
  line('grace', '14:02', 'Perfect.'),
  line('grace', '14:06', 'Then I start at a quarter past. I write here before every step.'),
]

const inGroup: readonly Line[] = [
  line('radia', '09:12', 'Good morning! The certificate of the old site ends on Friday.'),
  line('edsger', '09:20', 'I renew it today.'),
  line('ada', '09:21', 'Thank you. Please write it into the calendar for next year.'),
  line('edsger', '11:47', 'Done, both.'),
]

async function fill(chat: LaptopChat): Promise<void> {
  const pair = (id: string, lines: readonly Line[]) =>
    chat.converse({ id, participants: ['ada', id.slice('with-'.length)], lines })
  await pair('with-grace', withGrace)
  await pair('with-alan', [
    line('ada', '13:40', 'Can you take the queue from two o’clock?'),
    line('alan', '13:41', 'Sure, I am there.'),
  ])
  await pair('with-katherine', [
    line('katherine', '12:30', 'The figures of May are ready.'),
    line('katherine', '12:31', 'They look good: 4 % above the plan.'),
    line('katherine', '12:33', 'Shall I send them around?'),
  ])
  const participants = ['ada', 'radia', 'edsger', 'barbara']
  await chat.converse({ id: 'operations', participants, title: 'Operations', lines: inGroup })
  const last = { grace: withGrace.length, alan: 2, operations: inGroup.length }
  await chat.read('ada', 'with-grace', last.grace)
  await chat.read('grace', 'with-grace', last.grace)
  await chat.read('ada', 'with-alan', last.alan)
  await chat.read('ada', 'operations', last.operations)
}

interface View extends Visit {
  readonly name: string
  readonly prepare: (page: Page) => Promise<unknown>
}

const desktop = { viewport: { width: 1040, height: 680 } }
const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }
const lastOf = (page: Page, text: string) => messagesOf(page).filter({ hasText: text }).waitFor()
const withGracePath = '/c/with-grace'

const conversationView: View = {
  name: 'conversation',
  ...desktop,
  userId: 'ada',
  path: withGracePath,
  async prepare(page) {
    await isOnline(page)
    await lastOf(page, 'a quarter past')
    await page.getByText('online', { exact: true }).waitFor()
  },
}

const views: readonly View[] = [
  {
    name: 'sign-in',
    ...desktop,
    prepare: (page) => page.getByRole('button', { name: 'Continue as Ada Lovelace' }).waitFor(),
  },
  {
    name: 'empty',
    ...desktop,
    userId: 'annie',
    prepare: (page) => page.getByText('No conversations yet').waitFor(),
  },
  conversationView,
  {
    name: 'group',
    ...desktop,
    userId: 'ada',
    path: '/c/operations',
    async prepare(page) {
      await isOnline(page)
      await lastOf(page, 'Done, both.')
      await page.getByRole('button', { name: 'People', exact: true }).click()
      await page.getByRole('dialog').waitFor()
    },
  },
  {
    name: 'invite',
    ...desktop,
    userId: 'ada',
    path: withGracePath,
    async prepare(page) {
      await isOnline(page)
      await lastOf(page, 'a quarter past')
      await page.getByRole('searchbox').fill('barbara')
      await page.getByRole('button', { name: 'Invite Barbara Liskov' }).waitFor()
    },
  },
  {
    name: 'phone-list',
    ...phone,
    userId: 'ada',
    async prepare(page) {
      await isOnline(page)
      await page.getByRole('link', { name: 'Katherine Johnson, 3 unread' }).waitFor()
    },
  },
  {
    name: 'phone-conversation',
    ...phone,
    userId: 'ada',
    path: withGracePath,
    async prepare(page) {
      await isOnline(page)
      await lastOf(page, 'a quarter past')
      await page.getByText('online', { exact: true }).waitFor()
    },
  },
]

const themes = ['light', 'dark'] as const
type Theme = (typeof themes)[number]

async function open(browser: Browser, chat: LaptopChat, view: View, theme: Theme): Promise<Page> {
  const { name, prepare, ...options } = view
  const page = await visit(browser, chat, {
    ...options,
    colorScheme: theme,
    reducedMotion: 'reduce',
    timezoneId: 'Europe/Paris',
    now: NOW,
    // Fixes the time that the page waits before it connects again, which is random.
    script: 'Math.random = () => 0.9',
  })
  await prepare(page)
  return page
}

async function shoot(page: Page, name: string, theme: Theme): Promise<void> {
  await page.screenshot({ path: `${FOLDER}/${name}-${theme}.png`, animations: 'disabled' })
  await page.context().close()
}

/** Writes messages while the chat is stopped. */
async function writeOffline(page: Page): Promise<void> {
  for (const text of ['I am on the train for the next ten minutes.', 'Start without me if I am late.']) {
    await composerOf(page).fill(text)
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await lastOf(page, text)
  }
  await page.getByText('next attempt in 5 s').waitFor()
  // Stops the countdown.
  await page.clock.setFixedTime(await page.evaluate(() => Date.now()))
}

mkdirSync(FOLDER, { recursive: true })
const chat = await startChat([...people, { id: 'annie', firstname: 'Annie', lastname: 'Easley' }])
const browser = await launch()
try {
  await fill(chat)
  // So that Grace is online.
  const graces = await visit(browser, chat, { userId: 'grace' })
  await isOnline(graces)
  for (const view of views) {
    for (const theme of themes) await shoot(await open(browser, chat, view, theme), view.name, theme)
  }
  const offline = []
  for (const theme of themes)
    offline.push({ theme, page: await open(browser, chat, conversationView, theme) })
  await chat.stop()
  for (const { page } of offline) await writeOffline(page)
  for (const { theme, page } of offline) await shoot(page, 'offline', theme)
} finally {
  await browser.close()
  await chat.stop()
}
