import type { Api } from '../rest/api.ts'
import type { Polled } from '../shared.ts'

/** Few, because polling repeats every few seconds and what has changed is at the top. */
export const POLL_LIMIT = 20

/**
 * One round of polling: the top of both lists. Rejects after one attempt, because the next round follows soon. The
 * calls follow one another, so that a server that does not answer gets only one.
 */
export const createPoll =
  ({ listConversations, listInvitations }: Pick<Api, 'listConversations' | 'listInvitations'>) =>
  async (timeoutMs?: number): Promise<Polled> => {
    const page = { limit: POLL_LIMIT, retry: false, timeoutMs }
    const { invitations } = await listInvitations(page)
    return { ...(await listConversations(page)), invitations }
  }
