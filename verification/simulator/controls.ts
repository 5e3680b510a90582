import type { ViolationKind } from '../model/history.ts'
import { expiring } from './expire-timer.ts'
import type { RunOptions } from './run.ts'
import {
  allUsersIn,
  counting,
  echoing,
  forEver,
  fromThePage,
  inTransactions,
  keyOf,
  noHeads,
  noReconnects,
  readsFirst,
  relaxed,
  replace,
  without,
  withoutEditEntry,
  withoutLeaveEntry,
} from './weaken.ts'

/** A plausible bug in the product or a client, and the run options that expose it. */
export interface Control extends RunOptions {
  readonly name: string
  /** The kinds of violation that count as caught; a violation of any other kind would be a coincidence. */
  readonly by: readonly ViolationKind[]
}

export const controls: readonly Control[] = [
  {
    name: 'a repeated key is not detected',
    by: ['stored twice'],
    weakening: { rewrite: inTransactions((item) => (keyOf(item).includes('/DEDUP#') ? undefined : item)) },
  },
  {
    name: 'a slot is written without a condition',
    by: ['lost', 'changed'],
    weakening: {
      rewrite: inTransactions((item) =>
        keyOf(item).includes('/LOG#') ? without(item, 'ConditionExpression') : item,
      ),
    },
  },
  {
    name: 'the head is read eventually consistently',
    by: ['inconsistent read'],
    weakening: {
      rewrite: (operation, input) => {
        const { ConsistentRead: _, ...rest } = input
        return operation === 'Query' && input['ScanIndexForward'] === false ? rest : input
      },
    },
  },
  {
    name: 'a removed connection can still join',
    by: ['ghost row'],
    faults: { crash: 0, slow: 0.2 },
    workload: { hasty: 12 },
    weakening: {
      rewrite: inTransactions((item) =>
        keyOf(item).endsWith('/CONN') && String(item['Update']?.['UpdateExpression']).startsWith('ADD joined')
          ? { Update: relaxed(item['Update'] ?? {}) }
          : item,
      ),
    },
  },
  {
    name: 'a removed connection can still authenticate',
    by: ['ghost row'],
    faults: { slow: 0.2 },
    workload: { hasty: 30 },
    weakening: {
      rewrite: inTransactions((item) =>
        keyOf(item).startsWith('OPENED#') ? without(item, 'ConditionExpression') : item,
      ),
    },
  },
  {
    name: 'a join reads the log before it stores its subscription',
    by: ['unseen'],
    faults: { slow: 0.1 },
    workload: noReconnects,
    weakening: { frame: noHeads, deps: readsFirst },
  },
  {
    name: 'subscriptions are not read again after the commit',
    by: ['unseen'],
    faults: { slow: 0.1, postLost: 0 },
    workload: noReconnects,
    weakening: {
      frame: noHeads,
      deps: replace('conversations', () => ({ participants: async () => new Map() })),
    },
  },
  { name: 'pongs contain no heads', by: ['unseen'], weakening: { frame: noHeads } },
  { name: 'a sender does not have to be a participant', by: ['leak'], weakening: { deps: allUsersIn } },
  {
    name: 'a user who joins does not have to be a participant',
    by: ['leak'],
    weakening: {
      deps: (deps, invocation) =>
        allUsersIn(
          replace('subscriptions', ({ join }) => ({
            join: async (...call) => {
              const outcome = await join(...call)
              return outcome === 'not_participant' ? 'joined' : outcome
            },
          }))(deps, invocation),
          invocation,
        ),
    },
  },
  {
    name: 'a connection with an expired token still receives pushes',
    by: ['leak'],
    weakening: {
      deps: replace('conversations', (conversations) => ({
        head: async (id) => {
          const head = await conversations.head(id)
          if (!head) return undefined
          return {
            ...head,
            participants: new Map([...head.participants].map(([user, row]) => [user, forEver(row)])),
          }
        },
      })),
    },
  },
  {
    name: 'authenticating does not check that the user still exists',
    by: ['leak'],
    faults: { slow: 0.2 },
    weakening: {
      rewrite: inTransactions((item) => (keyOf(item).endsWith('/PROFILE') ? undefined : item)),
    },
  },
  {
    name: 'removing a user does not close the open connections',
    by: ['leak'],
    weakening: {
      deps: replace('connections', ({ userConnections }, _deps, { route }) => ({
        userConnections: async (user) => (route === 'operator' ? [] : await userConnections(user)),
      })),
    },
  },
  {
    name: 'cleanup of a connection removes all connections of its user',
    by: ['missing row'],
    weakening: {
      deps: replace('connections', (connections) => ({
        removeUserConnection: async (user) => {
          for (const { id } of await connections.userConnections(user))
            await connections.removeUserConnection(user, id)
        },
      })),
    },
  },
  {
    name: 'a 410 removes another connection of the user',
    by: ['ghost row', 'missing row'],
    weakening: {
      deps: (deps, invocation) =>
        invocation.route === 'send_message'
          ? replace('connections', ({ markClosing, inspect, userConnections }) => ({
              markClosing: async (id) => {
                const { user } = (await inspect(id)) ?? {}
                const all = user === undefined ? [] : await userConnections(user)
                return await markClosing(all.find((other) => other.id !== id)?.id ?? id)
              },
            }))(deps, invocation)
          : deps,
    },
  },
  {
    name: 'only the first page of a query is read',
    by: ['wrong answer', 'unseen'],
    pageSize: 1,
    weakening: {
      answer: (operation, output) => {
        const { LastEvaluatedKey: _, ...rest } = output
        return operation === 'Query' ? rest : output
      },
    },
  },
  { name: 'the sending connection receives the push', by: ['echo'], weakening: { deps: echoing } },
  {
    name: 'the acknowledgment does not wait for the commit',
    by: ['lost'],
    faults: { crash: 0.02 },
    weakening: {
      deps: replace('log', ({ append }) => ({
        append: async (...call) => {
          append(...call).catch(() => undefined)
          return 'stored'
        },
      })),
    },
  },
  {
    name: 'an invocation ends before its writes have settled',
    by: ['unfinished work'],
    weakening: {
      deps: replace('register', ({ add }) => ({
        add: async (ref) => void add(ref).catch(() => undefined),
      })),
    },
  },
  {
    name: 'a repeated key is acknowledged whatever the content',
    by: ['changed'],
    weakening: {
      deps: replace('log', ({ append }) => ({
        append: async (...call) => {
          const result = await append(...call)
          return typeof result === 'object' ? { seq: result.seq } : result
        },
      })),
    },
  },
  {
    name: '$disconnect does not remove the subscriptions',
    by: ['ghost row'],
    weakening: { deps: replace('subscriptions', () => ({ drop: async () => undefined })) },
  },
  {
    name: 'the sweep checks no connection',
    by: ['ghost row'],
    weakening: { deps: replace('register', () => ({ openedBetween: async () => [] })) },
  },
  {
    name: 'authenticating does not change the register',
    by: ['ghost row'],
    faults: { slow: 0.2 },
    workload: { hasty: 12 },
    weakening: {
      rewrite: inTransactions((item) =>
        keyOf(item).startsWith('OPENED#') && item['Update'] ? undefined : item,
      ),
    },
  },
  {
    name: 'an edit changes the message without an entry',
    by: ['changed', 'lost'],
    weakening: { rewrite: withoutEditEntry },
  },
  {
    name: 'an edit is shown with the content of an earlier page',
    by: ['changed'],
    pageSize: 1,
    faults: { slow: 0.3 },
    workload: { edits: 24, toggles: 24, moves: 0, creations: 0 },
    weakening: { deps: fromThePage },
  },
  {
    name: 'seq comes from a counter that is written first',
    by: ['hole'],
    faults: { crash: 0.02, failed: 0.05 },
    weakening: { deps: counting },
  },
  {
    name: 'removing a participant leaves the row of the participant',
    by: ['wrong participants', 'leak'],
    weakening: {
      rewrite: inTransactions((item) =>
        item['Delete'] && keyOf(item).includes('/PART#') ? undefined : item,
      ),
    },
  },
  {
    name: 'a change of owner is recorded but not stored',
    by: ['wrong owner'],
    weakening: {
      rewrite: inTransactions((item) => (keyOf(item).endsWith('/META') && item['Update'] ? undefined : item)),
    },
  },
  {
    name: 'the owner who leaves stays the owner',
    by: ['wrong owner'],
    weakening: {
      deps: replace('memberships', ({ leave }) => ({
        leave: async (id, { owner: _, ...entry }, before) => await leave(id, entry, before),
      })),
    },
  },
  {
    name: 'a participant leaves without an entry',
    by: ['wrong participants'],
    weakening: { rewrite: withoutLeaveEntry },
  },
  {
    name: 'the connections of a participant who has left keep their subscriptions',
    by: ['missing row'],
    weakening: { deps: replace('subscriptions', () => ({ removeConversation: async () => undefined })) },
  },
  {
    name: 'a conversation that becomes active again is not listed first',
    by: ['stale list'],
    weakening: { deps: replace('conversations', () => ({ listAsActive: async () => undefined })) },
  },
  {
    name: 'a list notes the last activity of conversations that are not quiet yet',
    by: ['stale list'],
    weakening: {
      deps: (deps, invocation) =>
        invocation.route === 'operator' ? { ...deps, now: () => deps.now() + 10 * 60_000 } : deps,
    },
  },
  {
    name: 'the key of a call that creates a group is not stored',
    by: ['stored twice'],
    weakening: {
      rewrite: inTransactions((item) => (keyOf(item).includes('/REQUEST#') ? undefined : item)),
    },
  },
  {
    name: 'the conversations of a dismissed user do not end',
    by: ['wrong participants'],
    weakening: {
      deps: replace('tasks', ({ send }) => ({
        send: async (task, delay) => (task.task === 'dismiss' ? undefined : await send(task, delay)),
      })),
    },
  },
  {
    name: 'presence is not checked after a disconnect',
    by: ['wrong presence'],
    weakening: {
      deps: replace('tasks', ({ send }) => ({
        send: async (task, delay) => {
          const isAfterDisconnect = task.task === 'presence' && task.checkAt === undefined && delay !== 0
          if (!isAfterDisconnect) await send(task, delay)
        },
      })),
    },
  },
  {
    name: 'presence is announced to users without a shared conversation',
    by: ['leak'],
    weakening: {
      deps: (deps, invocation) =>
        invocation.route === 'worker'
          ? replace('connections', ({ userConnectionsOf }) => ({
              userConnectionsOf: async (users) => await userConnectionsOf([...users, 'dan']),
            }))(deps, invocation)
          : deps,
    },
  },
  {
    name: 'the start of a log follows the clock of each function instead of being stored',
    by: ['moved start'],
    ...expiring,
    weakening: { deps: replace('conversations', () => ({ moveStart: async (_, start) => start })) },
  },
  {
    name: 'the newest entry is removed like any other when it has expired',
    by: ['lost'],
    ...expiring,
    retentionMs: 15_000,
    weakening: {
      deps: (deps, invocation) => {
        const { remove: empty } = deps.log
        const atOnce = replace('tasks', ({ send }) => ({
          send: async (task, delay) => await send(task, task.task === 'remove_expired' ? 0 : delay),
        }))
        return { ...atOnce(deps, invocation), log: { ...deps.log, empty } }
      },
    },
  },
  {
    name: 'old entries are shown as long as they exist',
    by: ['expired'],
    ...expiring,
    weakening: {
      deps: replace('conversations', ({ head }) => ({
        head: async (id) => {
          const found = await head(id)
          return found && { ...found, start: { seq: 1, since: '9999-01-01T00:00:00.000Z' } }
        },
      })),
    },
  },
]
