import { describe, expect, it } from 'vitest'
import { browser, failure, type Tab } from '../support/tabs-of-one-user.ts'

const leads = ({ link }: Tab) => link.isLeader.getSnapshot()
const phase = ({ link }: Tab) => link.status.getSnapshot().phase
const session = ({ link }: Tab) => link.status.getSnapshot().session

/** A visible leader with an open session and a visible follower. */
async function twoTabs() {
  const all = browser()
  const leader = await all.open()
  const follower = await all.open()
  leader.connection.open()
  await all.settle()
  return { ...all, leader, follower }
}

describe('which tab leads', () => {
  it('[CLIENT-8] the first tab leads and connects, and the others show its status without a socket of their own', async () => {
    const { leader, follower } = await twoTabs()
    expect([leads(leader), leads(follower)]).toEqual([true, false])
    expect([leader.connection.calls, follower.connection.calls]).toEqual([['start', 'beat'], []])
    expect([phase(leader), phase(follower)]).toEqual(['online', 'online'])
  })

  it('[CLIENT-8] a tab that is opened later learns the status at once', async () => {
    const { leader, open } = await twoTabs()
    const later = await open({ visible: false })
    expect([phase(later), session(later)]).toEqual(['online', session(leader)])
    expect(leads(leader)).toBe(true)
  })

  it('[CLIENT-8] a tab that shares nothing leads alone at once', async () => {
    const all = browser()
    const tabs = [await all.open({ alone: true }), await all.open({ alone: true })]
    expect(tabs.map(leads)).toEqual([true, true])
    expect(tabs.map(({ connection }) => connection.calls)).toEqual([['start'], ['start']])
  })

  it('[CLIENT-8] a tab whose locks are refused leads alone, and hears nothing of the others', async () => {
    const all = browser()
    const { channels } = all
    const tab = await all.open({ locksFail: true })
    expect(leads(tab)).toBe(true)
    expect(channels.size).toBe(0)
  })

  it('[CLIENT-8] waiting for the lock is not an error: a follower stays one while the leader answers', async () => {
    const { leader, follower, pass } = await twoTabs()
    await pass(3_600_000)
    expect([leads(leader), leads(follower)]).toEqual([true, false])
    expect(leader.connection.calls.filter((call) => call !== 'beat')).toEqual(['start'])
  })
})

describe('another tab takes over', () => {
  it('[CLIENT-8] within 0.5 s if the leader is closed, and the leader has closed its socket', async () => {
    const { leader, follower, pass } = await twoTabs()
    leader.event('leave')
    expect(leader.connection.isStarted()).toBe(false)
    await pass(500)
    expect(leads(follower)).toBe(true)
    expect(follower.connection.isStarted()).toBe(true)
  })

  it('[CLIENT-8] within 1 s if the leader crashes, also a hidden tab', async () => {
    const all = browser()
    const leader = await all.open()
    const follower = await all.open({ visible: false })
    leader.connection.open()
    leader.crash()
    await all.pass(1_000)
    expect(leads(follower)).toBe(true)
  })

  it('[CLIENT-8] within 5 s if the leader is frozen, whenever that happens', async () => {
    for (const after of [0, 400, 900, 1_400, 1_900]) {
      const { leader, follower, pass } = await twoTabs()
      await pass(after)
      leader.freeze()
      await pass(4_900)
      expect([after, leads(follower)]).toEqual([after, true])
    }
  })

  it('[CLIENT-8] if the leader is frozen, also by a tab that was hidden while it waited for an answer', async () => {
    const { leader, follower, pass } = await twoTabs()
    leader.freeze()
    await pass(2_000)
    follower.event('hidden')
    await pass(10_000)
    follower.event('visible')
    await pass(4_900)
    expect(leads(follower)).toBe(true)
  })

  it('[CLIENT-8] the stolen leader closes its socket as soon as it can, and follows', async () => {
    const { leader, follower, pass } = await twoTabs()
    leader.freeze()
    await pass(5_000)
    follower.connection.open()
    leader.thaw()
    await pass(10)
    expect(leader.connection.calls.at(-1)).toBe('stop')
    expect([leads(leader), leads(follower)]).toEqual([false, true])
    expect(phase(leader)).toBe('online')
    await pass(60_000)
    expect([leads(leader), leads(follower)]).toEqual([false, true])
  })

  it('[CLIENT-8] frames that the frozen leader had not read reach no tab twice', async () => {
    const { leader, follower, pass } = await twoTabs()
    leader.freeze()
    leader.clock.setTimeout(() => leader.connection.receive({ type: 'pong', heads: {} }), 10)
    await pass(5_000)
    follower.connection.open()
    follower.connection.receive({ type: 'pong', heads: {} })
    leader.thaw()
    await pass(10)
    expect(follower.frames()).toEqual(['pong'])
  })

  it('[CLIENT-8] hidden tabs do not blame a silent leader, but one that becomes visible asks at once', async () => {
    const all = browser()
    const leader = await all.open()
    const follower = await all.open({ visible: false })
    leader.freeze()
    await all.pass(60_000)
    expect(leads(follower)).toBe(false)
    follower.event('visible')
    await all.pass(3_100)
    expect(leads(follower)).toBe(true)
  })

  it('[CLIENT-8] a hidden tab that is opened while the leader is frozen does not take over', async () => {
    const all = browser()
    const leader = await all.open()
    leader.freeze()
    const hidden = await all.open({ visible: false })
    await all.pass(60_000)
    expect(leads(hidden)).toBe(false)
  })

  it('[CLIENT-8] a leader whose lock is stolen closes its socket, although it hears of no other leader', async () => {
    const { leader, tab, settle } = await twoTabs()
    const ignored = { held() {}, stolen() {}, failed() {} }
    tab().tabs.lock('stack/user/1', true, ignored)
    await settle()
    expect([leads(leader), leader.connection.isStarted()]).toEqual([false, false])
  })

  it('[CLIENT-8] a tab that has slept together with the leader asks again before it blames it', async () => {
    const { leader, follower, pass } = await twoTabs()
    follower.event('visible')
    leader.freeze()
    follower.freeze()
    await pass(3_600_000)
    follower.thaw()
    leader.thaw()
    await pass(10_000)
    expect([leads(leader), leads(follower)]).toEqual([true, false])
  })

  it('[CLIENT-4] a request that times out has the connection checked', async () => {
    const { leader, follower, pass } = await twoTabs()
    const answer = failure(follower.link.request('ping', {}))
    await pass(10_001)
    expect(await answer).toBe('timeout')
    expect(leader.connection.calls.at(-1)).toBe('ping')
  })

  it('[CLIENT-8] several visible tabs settle on one leader and stay with it', async () => {
    const all = browser()
    const leader = await all.open()
    const others = [await all.open(), await all.open(), await all.open()]
    await all.pass(2_000)
    leader.freeze()
    await all.pass(10_000)
    const leaders = () => others.map(leads)
    const settled = leaders()
    expect(settled.filter(Boolean)).toHaveLength(1)
    leader.thaw()
    await all.pass(60_000)
    expect(leaders()).toEqual(settled)
    expect(leads(leader)).toBe(false)
    expect(
      others.flatMap(({ connection }) => connection.calls).filter((call) => call === 'start'),
    ).toHaveLength(1)
  })

  it('[CLIENT-8] a frozen tab that waits for the lock does not keep the others from it', async () => {
    const all = browser()
    const leader = await all.open()
    const frozen = await all.open({ visible: false })
    const follower = await all.open()
    frozen.freeze()
    leader.event('leave')
    await all.pass(5_000)
    expect(leads(follower)).toBe(true)
  })

  it('[CLIENT-8] every tab sees a session of another leader as a new one, in which it joins again', async () => {
    const all = browser()
    const leader = await all.open()
    const tabs = [await all.open(), await all.open()] as const
    leader.connection.open()
    await all.settle()
    const before = session(leader)
    leader.event('leave')
    await all.settle()
    expect(tabs.map(phase)).toEqual(['connecting', 'connecting'])
    tabs[0].connection.open()
    await all.settle()
    const statuses = tabs.map(({ link }) => link.status.getSnapshot())
    expect(statuses[0]).toEqual(statuses[1])
    expect(statuses[0]).toMatchObject({ phase: 'online', rotated: false })
    expect(statuses[0]?.session).toBeGreaterThan(before + 1)
  })
})

describe('a page that is suspended', () => {
  it('[CLIENT-8] holds neither the lock nor a socket nor a channel, and comes back as a follower', async () => {
    const { leader, follower, channels, pass } = await twoTabs()
    leader.event('leave')
    leader.event('hidden')
    leader.event('leave')
    await pass(10)
    expect([leads(leader), leader.connection.isStarted(), channels.size]).toEqual([false, false, 1])
    follower.connection.open()
    leader.event('wake')
    leader.event('visible')
    leader.event('wake')
    await pass(10)
    expect([leads(leader), leads(follower), phase(leader)]).toEqual([false, true, 'online'])
    expect(leader.connection.calls.filter((call) => call === 'start')).toHaveLength(1)
  })

  it('[CLIENT-8] joins again when it comes back, although the session is the same', async () => {
    const { leader, follower, settle } = await twoTabs()
    leader.connection.open({ rotated: true })
    await settle()
    const before = session(follower)
    follower.event('leave')
    expect(phase(follower)).toBe('offline')
    follower.event('wake')
    await settle()
    expect(follower.link.status.getSnapshot()).toMatchObject({ phase: 'online', rotated: false })
    expect(session(follower)).toBeGreaterThan(before + 1)
  })

  it('[CLIENT-8] connects again if it is the only tab', async () => {
    const { open, settle } = browser()
    const tab = await open()
    tab.connection.open()
    tab.event('leave')
    tab.event('wake')
    await settle()
    expect(tab.connection.calls).toEqual(['start', 'stop', 'start'])
    expect(phase(tab)).toBe('connecting')
  })
})

describe('the visible tab keeps time', () => {
  it('[CLIENT-4] a hidden leader is asked by a visible tab, at least every 1.5 s, whether a ping is due', async () => {
    const { leader, pass } = await twoTabs()
    leader.event('hidden')
    leader.connection.calls.length = 0
    await pass(15_050)
    expect(new Set(leader.connection.calls)).toEqual(new Set(['beat']))
    expect(leader.connection.calls.length).toBeGreaterThanOrEqual(10)
  })

  it('[CLIENT-3] waking up and hints about the network make the leader probe, in whichever tab they occur', async () => {
    const { leader, follower, settle } = await twoTabs()
    leader.connection.calls.length = 0
    for (const tab of [leader, follower]) {
      for (const event of ['wake', 'online', 'offline'] as const) tab.event(event)
    }
    await settle()
    expect(leader.connection.calls.filter((call) => call === 'probe')).toHaveLength(6)
  })

  it('[CLIENT-3] a tab that becomes visible has the connection checked if it is open, and opened if it is not', async () => {
    const { leader, follower, settle } = await twoTabs()
    const callsAfterVisible = async (tab: Tab) => {
      leader.connection.calls.length = 0
      tab.event('visible')
      await settle()
      return leader.connection.calls
    }
    expect(await callsAfterVisible(leader)).toEqual(['beat'])
    leader.connection.lose()
    await settle()
    expect(await callsAfterVisible(leader)).toEqual(['probe'])
    expect(await callsAfterVisible(follower)).toContain('probe')
    leader.connection.status({ phase: 'replaced' })
    await settle()
    expect(await callsAfterVisible(follower)).toEqual(['reconnect'])
  })
})

describe('reconnecting and signing out', () => {
  it('[CLIENT-8] a suspended page that is reconnected returns, also if it has ended meanwhile', async () => {
    for (const ends of [false, true]) {
      const { leader, settle } = await twoTabs()
      leader.event('leave')
      if (ends) leader.link.end('refused')
      leader.link.reconnect()
      leader.event('visible')
      await settle()
      const pages = leader.events.flatMap(({ page }) => page ?? [])
      expect(pages).toEqual(['leave', 'return'])
    }
  })

  it('[CLIENT-8] reconnecting in one tab makes the leader connect', async () => {
    const { leader, follower, settle } = await twoTabs()
    follower.link.reconnect()
    await settle()
    expect(leader.connection.calls).toContain('reconnect')
  })

  it('[CLIENT-7] a tab that has ended is signed out, and only reconnecting changes that', async () => {
    const { leader, follower, pass, settle } = await twoTabs()
    const request = failure(leader.link.request('ping', {}))
    for (const { link } of [follower, leader]) link.end('enough')
    await settle()
    const signedOut = { phase: 'signed-out', reason: 'enough' }
    for (const { link } of [leader, follower]) expect(link.status.getSnapshot()).toMatchObject(signedOut)
    expect([leader.connection.isStarted(), follower.connection.isStarted()]).toEqual([false, false])
    expect(await request).toBe('network')
    for (const event of ['visible', 'wake', 'online'] as const) leader.event(event)
    await pass(60_000)
    expect([leads(leader), leads(follower)]).toEqual([false, false])
    follower.link.reconnect()
    await settle()
    expect([leads(leader), leads(follower)]).toEqual([false, true])
    expect([phase(leader), phase(follower)]).toEqual(['signed-out', 'connecting'])
  })

  it('[CLIENT-7] when the leader ends, the others go on without it', async () => {
    const { leader, follower, settle } = await twoTabs()
    leader.link.end('refused')
    await settle()
    expect([phase(leader), phase(follower), leads(follower)]).toEqual(['signed-out', 'connecting', true])
  })

  it('[CLIENT-7] a tab that ends before it has started stays signed out', async () => {
    const { open, pass } = browser()
    const tab = await open({ started: false })
    tab.link.end('no token')
    tab.event('visible')
    tab.link.reconnect()
    await pass(10_000)
    expect([phase(tab), tab.connection.calls]).toEqual(['signed-out', []])
  })

  it('[CLIENT-8] a tab that has stopped gives up the lock and hears nothing more', async () => {
    const { leader, follower, channels, settle } = await twoTabs()
    leader.link.stop()
    await settle()
    expect([leads(leader), leads(follower), channels.size]).toEqual([false, true, 1])
    leader.event('visible')
    leader.link.reconnect()
    await settle()
    expect([leads(leader), leader.connection.isStarted()]).toEqual([false, false])
  })
})
