import { ChatError } from '../../protocol/errors.ts'
import { type SiteRules, viewerOf } from '../site.ts'
import { refuse } from './dispatch.ts'
import type { RestEvent, RestResponse } from './event.ts'

type Handle = (event: RestEvent) => Promise<RestResponse>

/** If the rules say so, refuses calls that bypass the site, because the firewall counts only calls through the site. */
export const siteOnly =
  (site: SiteRules, handle: Handle): Handle =>
  async (event) => {
    if (!site.only || viewerOf(event.headers, site) !== undefined) return await handle(event)
    return refuse(new ChatError('forbidden', 'call the API at the address of the site'))
  }
