import type { Channel, Tabs } from '../types.ts'

/** A channel that nobody else hears. */
export const silent: Channel = { post() {}, close() {} }

/** For a page that shares nothing with other tabs: it holds its lock at once. */
export const noTabs: Tabs = {
  lock(_name, _steal, { held }) {
    held()
    return () => {}
  },
  channel: () => silent,
}
