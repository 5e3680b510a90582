import type { Polled } from '../core.ts'
import type { Api } from '../rest/api.ts'

/** Few, because polling repeats every few seconds and what has changed is at the top. */
export const POLL_LIMIT = 20

/** One round of polling: the top of both lists. Rejects after one attempt, because the next round follows soon. */
export const createPoll =
  ({ listConversations, listInvitations }: Pick<Api, 'listConversations' | 'listInvitations'>) =>
  async (): Promise<Polled> => {
    const page = { limit: POLL_LIMIT, retry: false }
    const [conversations, { invitations }] = await Promise.all([
      listConversations(page),
      listInvitations(page),
    ])
    return { ...conversations, invitations }
  }
