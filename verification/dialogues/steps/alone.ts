import type { Step } from '../scene.ts'

/** What Ada can do without another user, once she is connected. Nothing is stored except the connection. */
export const alone: readonly Step[] = [
  {
    title: 'ada asks whether the connection is open',
    rule: 'PING-1',
    as: 'ada',
    frame: 'ping',
    answer: { heads: {} },
  },
  {
    title: 'ada lists her conversations',
    rule: 'REST-6',
    as: 'ada',
    call: 'listConversations',
  },
  {
    title: 'ada lists her invitations',
    rule: 'INV-9',
    as: 'ada',
    call: 'listInvitations',
  },
  {
    title: 'ada searches for other administrators',
    rule: 'SEARCH-1',
    as: 'ada',
    call: 'searchAdmins',
    query: { q: '$ada', limit: 5 },
  },
  {
    title: 'ada cannot read a conversation that does not exist',
    rule: 'REST-5',
    as: 'ada',
    call: 'listMessages',
    path: { id: '$run' },
    error: 'not_found',
  },
  {
    title: 'ada loses the connection',
    rule: 'PUSH-7',
    as: 'ada',
    connection: 'drops',
  },
  {
    title: 'ada connects again',
    rule: 'CONN-1',
    as: 'ada',
    connection: 'opens',
  },
  {
    title: 'ada authenticates again',
    rule: 'AUTH-1',
    as: 'ada',
    frame: 'authenticate',
    fields: { token: '$adaToken' },
    answer: { success: true, user_id: '$ada' },
  },
]
