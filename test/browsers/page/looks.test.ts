import type { Page } from 'playwright'
import { beforeAll, describe, expect, it } from 'vitest'
import { groupUp, invite, pairUp, post } from '../../support/chat.ts'
import { axeScript, violations } from './support/axe.ts'
import type { ChatPage } from './support/chat-page.ts'
import { openWindow, useChromium } from './support/chromium.ts'
import type { Language } from './support/names.ts'
import { overflows } from './support/overflow.ts'
import { aPerson, type Person } from './support/people.ts'

const WIDTHS = [360, 768, 1440]
const themes = ['light', 'dark'] as const

/** Ada, with conversations of every kind. */
async function aBusyUser() {
  const [ada, bob, eve, zoe, max] = await Promise.all([
    aPerson('Ada'),
    aPerson('Bartholomew-Maximilian-Alexander-'),
    aPerson('Eve'),
    aPerson('Zoe'),
    aPerson('Max'),
  ])
  const pair = await pairUp(ada, bob)
  const group = await groupUp(ada, [bob, eve])
  for (const text of ['Hello 👋', `${'long'.repeat(40)} words`, 'https://example.com/', 'שלום']) {
    await post(bob, pair, text)
  }
  await post(ada, pair, 'An answer, with\nseveral lines.', { metadata: { reply_to: 2 } })
  await post(eve, group, 'Is the deployment done?')
  await invite(ada, zoe)
  await ada.call('POST', `/conversations/${group}/invitations`, { to_user_id: zoe.id })
  await invite(max, ada)
  return { ada, bob, eve, pair, group }
}
type Busy = Awaited<ReturnType<typeof aBusyUser>>

interface View {
  readonly name: string
  readonly user?: (busy: Busy) => Person
  readonly path?: (busy: Busy) => string
  readonly prepare: (window: ChatPage, busy: Busy) => Promise<unknown>
}

const texts = {
  en: { people: 'People', offline: 'Waiting to be sent' },
  fr: { people: 'Personnes', offline: 'En attente d’envoi' },
}

const viewsIn = (language: Language): readonly View[] => [
  {
    name: 'sign-in',
    prepare: ({ page, names }) => page.getByRole('textbox', { name: names.token }).waitFor(),
  },
  {
    name: 'list',
    user: ({ ada }) => ada,
    prepare: (window, { bob }) => window.conversation(bob.name).first().waitFor(),
  },
  {
    name: 'conversation',
    user: ({ ada }) => ada,
    path: ({ pair }) => `/c/${pair}`,
    prepare: async (window, { bob }) => {
      await window.page.getByRole('heading', { name: bob.name }).waitFor()
      await window.shows('An answer')
    },
  },
  {
    name: 'people of a group',
    user: ({ ada }) => ada,
    path: ({ group }) => `/c/${group}`,
    prepare: async (window) => {
      await window.shows('Is the deployment done?')
      await window.button(texts[language].people).click()
      await window.page.getByRole('dialog').getByRole('heading', { level: 3 }).waitFor()
    },
  },
  {
    name: 'search',
    user: ({ ada }) => ada,
    prepare: async (window, { eve }) => {
      await window.page.getByRole('searchbox', { name: window.names.find }).fill(eve.name)
      await window.button(window.names.invite(eve.name)).waitFor()
    },
  },
  {
    name: 'new group',
    user: ({ ada }) => ada,
    prepare: async (window) => {
      await window.button(window.names.newGroup).click()
      await window.page.getByRole('dialog').waitFor()
    },
  },
  {
    name: 'menu',
    user: ({ ada }) => ada,
    prepare: async (window) => {
      await window.button(window.names.menu).click()
      await window.page.getByRole('dialog').waitFor()
    },
  },
  {
    name: 'offline',
    user: ({ ada }) => ada,
    path: ({ pair }) => `/c/${pair}`,
    prepare: async (window) => {
      await window.shows('An answer')
      await window.page.context().setOffline(true)
      await window.say('to be sent later')
      await window
        .message('to be sent later')
        .getByText(texts[language].offline)
        .waitFor({ state: 'attached' })
      await window.isConnected(window.names.offline)
    },
  },
  {
    name: 'missing conversation',
    user: ({ ada }) => ada,
    path: () => '/c/none',
    prepare: (window) =>
      window.page
        .getByRole('button', { name: /conversations$/ })
        .first()
        .waitFor(),
  },
]

describe.each(['en', 'fr'] as const)('every view in Chromium (%s)', (language) => {
  useChromium()
  let busy: Busy

  beforeAll(async () => {
    busy = await aBusyUser()
  })

  it.each(viewsIn(language))(
    '$name: nothing overflows or is clipped, and axe finds nothing',
    async ({ user, path, prepare }) => {
      const window = await openWindow({
        language,
        ...(user && { user: user(busy) }),
        ...(path && { path: path(busy) }),
        script: axeScript,
        // Sharing a context would keep what the view before it has opened.
        viewport: { width: 1440, height: 800 },
        reducedMotion: 'reduce',
      })
      await prepare(window, busy)
      await animationsEnd(window.page)
      const found: string[] = []
      for (const width of WIDTHS) {
        await window.page.setViewportSize({ width, height: 800 })
        for (const colorScheme of themes) {
          await window.page.emulateMedia({ colorScheme })
          const problems = [...(await overflows(window.page)), ...(await violations(window.page))]
          found.push(...problems.map((problem) => `${width} px, ${colorScheme}: ${problem}`))
        }
      }
      expect(found).toEqual([])
    },
  )
})

/** Colors in the middle of an animation are not those of the theme. What never ends is not waited for. */
const animationsEnd = (page: Page) =>
  page.evaluate(async () => {
    const ending = document
      .getAnimations()
      .filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity)
    await Promise.allSettled(ending.map(({ finished }) => finished))
  })
