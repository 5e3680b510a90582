import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { tokenFor } from '../../support/tokens.ts'
import { chromium } from '../support/chromium.ts'
import type { Browser, Engine } from '../support/engine.ts'
import { firefox } from '../support/firefox.ts'
import { webkit } from '../support/webkit.ts'
import { type Language, names } from './support/names.ts'
import { type Screen, screenOf } from './support/screen.ts'
import { aServer, type Server } from './support/server.ts'

const engines: readonly Engine[] = [chromium, firefox, webkit]

/** A user for each story in each browser, and the other one, who always uses Chromium. */
const userIn = (engine: Engine, story: string) => ({
  user: `${engine.name}${story}`,
  other: `Other${engine.name}${story}`,
})
const stories = ['en', 'fr', 'Restart']
const users = engines.flatMap((engine) => stories.flatMap((story) => Object.values(userIn(engine, story))))

const fullName = (user: string) => `${user} Test`

const until = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 30_000, interval: 100 })

describe('with a chat that npm start runs', () => {
  let server: Server
  const browsers = new Map<string, Browser>()

  beforeAll(async () => {
    server = await aServer(users)
    await Promise.all([
      server.start(),
      ...engines.map(async (engine) => browsers.set(engine.name, await engine.launch())),
    ])
  }, 180_000)
  afterAll(async () => {
    await Promise.all([...browsers.values()].map((browser) => browser.close()))
    await server.dispose()
  })

  /** Opens a window without a user, even if the profile was used before. */
  async function open(engine: Engine, language: Language): Promise<Screen> {
    const browser = browsers.get(engine.name)
    if (!browser) throw new Error(`${engine.name} was not started`)
    const tab = await browser.open(`${server.url}/?lang=${language}`)
    await tab.evaluate("localStorage.removeItem('token')")
    await tab.reload()
    const screen = screenOf(tab)
    onTestFinished(() => screen.close().catch(() => undefined))
    return screen
  }

  /** Waits until the list of messages contains these texts, in this order. */
  const shows = (screen: Screen, language: Language, ...texts: readonly string[]) =>
    until(async () => {
      const items = await screen.items(names[language].messages)
      const found = items.flatMap((item) => texts.filter((text) => item.includes(text)))
      expect(found, items.join(' | ')).toEqual(texts)
    })

  const say = async (screen: Screen, language: Language, text: string) => {
    await screen.fill({ role: 'textbox', name: names[language].message }, text)
    await screen.press('Enter')
  }

  /** A click on the message shows its actions where there is no pointer that can hover, as in Firefox without a screen. */
  const act = async (screen: Screen, text: string, action: string) => {
    await screen.click({ role: 'text', name: text })
    await screen.click({ role: 'button', name: action, within: text })
  }

  /** Two users find each other in two windows. */
  async function meet(engine: Engine, language: Language, story: string) {
    const { user, other } = userIn(engine, story)
    const own = names[language]
    const [screen, others] = [await open(engine, language), await open(chromium, language)]
    // First, because a token that is stored for all tabs signs in every tab that has no user.
    await others.click({ role: 'button', name: own.continueAs(fullName(other)) })
    await screen.fill({ role: 'textbox', name: own.token }, tokenFor(user))
    await screen.click({ role: 'button', name: own.signIn })
    await screen.see({ role: 'status', name: own.online })
    await screen.fill({ role: 'searchbox', name: own.find }, other)
    await screen.click({ role: 'button', name: own.invite(fullName(other)) })
    await others.click({ role: 'button', name: own.accept(fullName(user)) })
    await screen.click({ role: 'link', name: fullName(other) })
    return { screen, others, own, user, other }
  }

  describe.each(engines)('in $name', (engine) => {
    it.each(['en', 'fr'] as const)(
      'two users find each other, talk both ways, edit and delete (%s)',
      async (language) => {
        const { screen, others, own } = await meet(engine, language, language)
        await say(screen, language, 'good morning')
        await shows(others, language, 'good morning')
        await say(others, language, 'an answer')
        await shows(screen, language, 'good morning', 'an answer')
        await say(screen, language, 'helo again')
        await say(screen, language, 'a mistake')
        await shows(others, language, 'good morning', 'an answer', 'helo again', 'a mistake')
        await act(screen, 'helo again', own.edit)
        await screen.fill({ role: 'textbox', name: own.message }, 'once more')
        await screen.press('Enter')
        await shows(screen, language, 'once more', 'a mistake')
        await act(screen, 'a mistake', own.delete)
        await screen.click({ role: 'button', name: own.delete, inDialog: true })
        for (const window of [screen, others]) {
          await until(async () => {
            const all = await window.items(own.messages)
            expect(all.filter((item) => /helo again|a mistake/.test(item))).toEqual([])
            expect(all.find((item) => item.includes('once more'))).toContain(own.edited)
          })
        }
      },
    )
  })

  it('when the server is killed, what is written waits, survives a reload, and is sent once it is back', async () => {
    const pairs = []
    // Chromium is last, because the other users sign in there too.
    for (const engine of engines.toReversed()) pairs.push(await meet(engine, 'en', 'Restart'))
    for (const { screen, others } of pairs) {
      await say(screen, 'en', 'before')
      await shows(others, 'en', 'before')
    }
    await server.kill()
    for (const { screen } of pairs) {
      await screen.see({ role: 'status', name: names.en.offline })
      for (const text of ['first', 'second', 'third']) await say(screen, 'en', text)
      await shows(screen, 'en', 'before', 'first', 'second', 'third')
    }
    for (const { screen } of pairs) {
      await screen.reload()
      await shows(screen, 'en', 'before', 'first', 'second', 'third')
    }
    await server.start()
    for (const { screen, others } of pairs) {
      await screen.see({ role: 'status', name: names.en.online })
      for (const window of [screen, others]) await shows(window, 'en', 'before', 'first', 'second', 'third')
    }
  })
})
