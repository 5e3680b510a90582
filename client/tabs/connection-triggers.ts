import type { LinkStatus } from '../shared.ts'
import type { PageEvent } from '../types.ts'
import type { Call } from './messages.ts'

/** Whether a suspended page goes on. */
export const isReturn = (event: PageEvent): boolean => event === 'visible' || event === 'wake'

/** What the leader is asked to do after an event of a page. */
export function callAfter(event: PageEvent, phase: LinkStatus['phase']): Call | undefined {
  const isOnline = phase === 'online'
  if (event === 'visible' && phase === 'replaced') return 'reconnect'
  if (event === 'visible' && isOnline) return 'beat'
  // The browser's word about the network is a hint, which a `ping` checks.
  return isReturn(event) || event === 'online' || (event === 'offline' && isOnline) ? 'probe' : undefined
}
