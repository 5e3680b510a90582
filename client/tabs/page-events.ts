import type { LinkStatus } from '../core.ts'
import type { Page } from '../types.ts'

interface Reactions {
  /** The phase of the connection; undefined while this tab takes no part in it. */
  phase(): LinkStatus['phase'] | undefined
  leave(): void
  comeBack(): void
  beat(): void
  probe(): void
  reconnect(): void
}

/** Reacts to the events of the page. The browser's word about the network is a hint, which a `ping` checks. */
export function followPage(page: Page, tab: Reactions): () => void {
  return page.subscribe((event) => {
    const phase = tab.phase()
    const isBack = event === 'visible' || event === 'wake'
    if (event === 'leave') tab.leave()
    else if (phase === undefined) isBack && tab.comeBack()
    else if (event === 'visible' && phase === 'replaced') tab.reconnect()
    else if (event === 'visible' && phase === 'online') tab.beat()
    else if (isBack || event === 'online' || (event === 'offline' && phase === 'online')) tab.probe()
  })
}
