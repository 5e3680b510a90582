import { isDeepStrictEqual } from 'node:util'
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished, vi } from 'vitest'
import { aPair, history, post } from '../support/chat.ts'
import { chromium } from './support/chromium.ts'
import type { Browser } from './support/engine.ts'
import { firefox } from './support/firefox.ts'
import { openLine } from './support/line.ts'
import { openSite } from './support/site.ts'
import { type ChatTab, openTab } from './support/tab.ts'
import { webkit } from './support/webkit.ts'

const ROUNDS = 50
const engines = [chromium, firefox, webkit]

/** Chromium does not tell reasons that it keeps to itself. */
const hasOwnReason = { isRestored: false, reasons: [{ reason: 'masked' }] }

/** Waits until a condition holds; fails with its last error. */
const until = (check: () => Promise<void>, timeout = 20_000) => vi.waitFor(check, { timeout, interval: 25 })

describe.each(engines)('in $name', ({ launch, hasAll }) => {
  let browser: Browser
  let site: { readonly url: string; close(): void }

  beforeAll(async () => {
    site = await openSite()
    browser = await launch()
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    site.close()
  })

  /** Opens a tab that is closed after the test, unless the test ends it itself. */
  async function open(options: Omit<Parameters<typeof openTab>[0], 'browser' | 'page'>): Promise<ChatTab> {
    const tab = await openTab({ browser, page: site.url, ...options })
    onTestFinished(() => tab.close().catch(() => undefined))
    return tab
  }

  /** Opens a network that a test can cut. */
  async function aLine() {
    const line = await openLine(Number(new URL(inject('url')).port))
    onTestFinished(() => line.close())
    return line
  }

  const isOnline = (tab: ChatTab) =>
    until(async () => expect(await tab.shown()).toMatchObject({ phase: 'online' }))

  const contents = async (tab: ChatTab) => (await tab.shown()).entries.map(({ content }) => content)

  it('[CLIENT-1] two users chat, and each sees when the other types', async () => {
    const { ada, bob, conversation } = await aPair()
    const [adas, bobs] = [await open({ user: ada, conversation }), await open({ user: bob, conversation })]
    await Promise.all([isOnline(adas), isOnline(bobs)])
    expect(await adas.shown()).toMatchObject({ storage: 'durable' })

    await bobs.call('send', 'hello Ada')
    await until(async () => expect(await contents(adas)).toEqual(['hello Ada']))
    await adas.call('send', 'hello Bob')
    for (const tab of [adas, bobs]) {
      await until(async () => {
        expect(await tab.shown()).toMatchObject({
          entries: [
            { seq: 1, content: 'hello Ada' },
            { seq: 2, content: 'hello Bob' },
          ],
          pending: [],
        })
      })
    }
    await until(async () => {
      // As with each key. Nothing is sent until Ada's tab knows that Bob is online.
      await adas.call('typing', true)
      expect(await bobs.shown()).toMatchObject({ typing: [ada.id] })
    })
  })

  it(`[CLIENT-3] of messages in both directions nothing is missing and nothing is there twice after ${ROUNDS} outages`, async () => {
    const { ada, bob, conversation } = await aPair()
    const line = await aLine()
    const tab = await open({ user: ada, conversation, line })
    const [written, received]: [string[], string[]] = [[], []]
    const exchange = async (text: string) => {
      written.push(`${text} from Ada`)
      received.push(`${text} from Bob`)
      await tab.call('send', `${text} from Ada`)
      await post(bob, conversation, `${text} from Bob`)
    }

    for (let round = 1; round <= ROUNDS; round++) {
      await isOnline(tab)
      line.cut()
      if (round % 2 === 0) await tab.call('hint', 'offline')
      await exchange(`${round} offline`)
      line.mend()
      if (round % 2 === 0) await tab.call('hint', 'online')
      await exchange(`${round} online`)
    }
    await until(async () => {
      const { pending, hasOlder } = await tab.shown()
      expect(pending).toEqual([])
      // After a longer outage, a room begins again with the newest page.
      if (hasOlder) await tab.call('older')
      expect((await contents(tab)).toSorted()).toEqual([...written, ...received].toSorted())
    }, 60_000)

    const { entries } = await tab.shown()
    expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index + 1))
    const shown = entries.map(({ content }) => content)
    expect(shown.filter((content) => content.endsWith('Ada'))).toEqual(written)
    expect(shown.filter((content) => content.endsWith('Bob'))).toEqual(received)
    const pages = await Promise.all(
      [0, 100].map((after) => history(bob, conversation, `?limit=100&after=${after}`)),
    )
    expect(pages.flat().map(({ content }) => content)).toEqual(shown)
  })

  it('[CLIENT-2] a reload with a full outbox and a draft loses nothing', async () => {
    const { ada, bob, conversation } = await aPair()
    const line = await aLine()
    const tab = await open({ user: ada, conversation, line })
    await isOnline(tab)
    line.cut()
    const texts = Array.from({ length: 20 }, (_, index) => `message ${index + 1}`)
    for (const text of texts) await tab.call('send', text)
    await tab.call('setDraft', 'one more')
    const isShown = () =>
      until(async () => {
        const { pending, draft } = await tab.shown()
        expect(pending.map(({ content }) => content)).toEqual(texts)
        expect(pending.filter(({ stored }) => !stored)).toEqual([])
        expect(draft).toBe('one more')
      })
    await isShown()
    await tab.reload()
    await isShown()

    line.mend()
    await until(async () => expect(await tab.shown()).toMatchObject({ pending: [] }), 60_000)
    expect(await contents(tab)).toEqual(texts)
    expect((await history(bob, conversation)).map(({ content }) => content)).toEqual(texts)
  })

  /** Two tabs of one user, of which the first leads. */
  async function twoTabs() {
    const { ada, bob, conversation } = await aPair()
    const leader = await open({ user: ada, conversation })
    await isOnline(leader)
    const follower = await open({ user: ada, conversation })
    await isOnline(follower)
    return { bob, conversation, leader, follower }
  }
  type TwoTabs = Awaited<ReturnType<typeof twoTabs>>

  /** Checks that the follower leads in time and that the chat goes on. */
  async function isReplaced({ follower, bob, conversation }: TwoTabs, withinMs: number) {
    const startedAt = performance.now()
    await until(async () => expect(await follower.shown()).toMatchObject({ sockets: 1 }), withinMs)
    console.log(`another tab leads after ${Math.round(performance.now() - startedAt)} ms`)
    await isOnline(follower)
    await post(bob, conversation, 'are you there?')
    await until(async () => expect(await contents(follower)).toContain('are you there?'))
  }

  it('[CLIENT-8] two tabs share one socket, and what one of them writes both show', async () => {
    const { leader, follower } = await twoTabs()
    expect([(await leader.shown()).sockets, (await follower.shown()).sockets]).toEqual([1, 0])
    await leader.call('send', 'from the leader')
    await until(async () => expect(await contents(follower)).toEqual(['from the leader']))
    await follower.call('send', 'from the other tab')
    for (const tab of [leader, follower]) {
      await until(async () => {
        expect(await contents(tab)).toEqual(['from the leader', 'from the other tab'])
        expect(await tab.shown()).toMatchObject({ pending: [] })
      })
    }
  })

  it('[CLIENT-8] when the leading tab is closed, another tab leads within half a second', async () => {
    const tabs = await twoTabs()
    await tabs.leader.close()
    await isReplaced(tabs, 500)
  })

  it.runIf(hasAll)('[CLIENT-8] when the leading tab crashes, another tab leads within a second', async () => {
    const tabs = await twoTabs()
    await tabs.leader.crash?.()
    await isReplaced(tabs, 1_000)
  })

  it.runIf(hasAll)(
    '[CLIENT-8] when the leading tab is frozen, a tab that becomes visible leads within 5 s',
    async () => {
      const tabs = await twoTabs()
      await tabs.leader.call('freeze', 10_000)
      await tabs.follower.call('becomeVisible')
      await isReplaced(tabs, 5_000)
    },
  )

  it.runIf(hasAll)(
    '[CLIENT-8] a leading tab that enters the back/forward cache gives up its place, and catches up when it returns',
    async ({ skip }) => {
      const tabs = await twoTabs()
      // Chromium does not keep a page that is still writing to IndexedDB. The library writes a second after a change.
      await until(async () => expect((await tabs.leader.shown()).phaseMs).toBeGreaterThan(2_000))
      await tabs.leader.leave?.()
      await isReplaced(tabs, 500)
      await tabs.leader.back?.()
      let restoration: unknown
      await until(async () => {
        restoration = await tabs.leader.call('restoration')
        expect([{ isRestored: true, reasons: [] }, hasOwnReason]).toContainEqual(restoration)
      })
      // The page was loaded again, so there is nothing to test.
      skip(
        isDeepStrictEqual(restoration, hasOwnReason),
        'Chromium has not kept the page, for a reason of its own',
      )
      await until(async () => expect(await contents(tabs.leader)).toEqual(['are you there?']))
      expect([(await tabs.leader.shown()).sockets, (await tabs.follower.shown()).sockets]).toEqual([0, 1])
    },
  )
})
