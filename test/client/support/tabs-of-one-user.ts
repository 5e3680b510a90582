import type { TabEvent } from '../../../client/shared.ts'
import { createLink } from '../../../client/tabs/link.ts'
import type { TabLink } from '../../../client/tabs/types.ts'
import { type FakeConnection, fakeConnection } from './fake-connection.ts'
import { type FakeTab, fakeBrowser } from './fake-tabs.ts'
import { virtualClock } from './virtual-clock.ts'

export interface Tab extends FakeTab {
  readonly link: TabLink
  readonly connection: FakeConnection
  /** The types of the frames that the link has reported. */
  frames(): string[]
  readonly events: TabEvent[]
}

/** Tabs of one user in one browser. The first one to open leads. */
export function browser() {
  const clock = virtualClock()
  const { tab: newTab, channels } = fakeBrowser(clock)
  let opened = 0

  async function open({
    visible = true,
    alone = false,
    locksFail = false,
    started = true,
  } = {}): Promise<Tab> {
    const tab = newTab({ locksFail })
    if (!visible) tab.event('hidden')
    const id = (++opened * 0.37) % 1
    const events: TabEvent[] = []
    let connection: FakeConnection | undefined
    const deps = {
      clock: tab.clock,
      random: () => id,
      page: tab.page,
      tabs: alone ? (false as const) : tab.tabs,
    }
    const link = createLink(deps, (onFrame, onStatus) => {
      connection = fakeConnection(clock, onFrame, onStatus)
      return connection
    })
    if (!connection) throw new Error('The link has not created its connection.')
    if (started) link.start('stack/user')
    link.onEvent((event) => void events.push(event))
    await clock.advance(1)
    const frames = () => events.flatMap(({ frame }) => (frame ? [frame.type] : []))
    return { ...tab, link, connection, events, frames }
  }

  return {
    clock,
    channels,
    tab: newTab,
    open,
    pass: (ms: number) => clock.advance(ms),
    settle: () => clock.advance(1),
  }
}

/** Waits for a promise that rejects, and returns the code of its error. */
export const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no failure',
    (error: { code?: string }) => error.code ?? String(error),
  )
