import type { ViolationKind } from '../model/history.ts'
import type { RunOptions } from './run.ts'
import {
  asKey,
  changesAlone,
  counting,
  echoing,
  everybodyIn,
  forEver,
  fromThePage,
  inTransactions,
  keyOf,
  noHeads,
  quietLines,
  readsFirst,
  relaxed,
  replace,
  without,
} from './weaken.ts'

/** A mistake that somebody could make in the product or in a client, and the kinds of runs that bring it out. */
export interface Control extends RunOptions {
  readonly name: string
  /** What may notice it; anything else would be a coincidence. */
  readonly by: readonly ViolationKind[]
}

export const controls: readonly Control[] = [
  {
    name: 'a repeated key is not looked for',
    by: ['stored twice'],
    weakening: { rewrite: inTransactions((item) => (keyOf(item).includes('/DEDUP#') ? undefined : item)) },
  },
  {
    name: 'a slot is claimed without a condition',
    by: ['lost', 'changed'],
    weakening: {
      rewrite: inTransactions((item) =>
        keyOf(item).includes('/LOG#') ? without(item, 'ConditionExpression') : item,
      ),
    },
  },
  {
    name: 'the head is read without consistency',
    by: ['read without consistency'],
    weakening: {
      rewrite: (operation, input) => {
        const { ConsistentRead: _, ...rest } = input
        return operation === 'Query' && input['ScanIndexForward'] === false ? rest : input
      },
    },
  },
  {
    name: 'a connection that is gone may still join',
    by: ['ghost row'],
    faults: { crash: 0, slow: 0.2 },
    workload: { hasty: 12 },
    weakening: {
      rewrite: inTransactions((item) =>
        keyOf(item).endsWith('/CONN') && String(item['Update']?.['UpdateExpression']).startsWith('ADD joined')
          ? { Update: { ...relaxed(item['Update'] ?? {}) } }
          : item,
      ),
    },
  },
  {
    name: 'a connection that is gone may still authenticate',
    by: ['ghost row'],
    faults: { slow: 0.2 },
    workload: { hasty: 12 },
    weakening: {
      rewrite: inTransactions((item) => {
        const sets = String(item['Update']?.['UpdateExpression']).startsWith('SET #user')
        return keyOf(item).endsWith('/CONN') && sets ? without(item, 'ConditionExpression') : item
      }),
    },
  },
  {
    name: 'a join reads the log before it writes its row',
    by: ['unseen'],
    faults: { slow: 0.1 },
    workload: quietLines,
    weakening: { frame: noHeads, deps: readsFirst },
  },
  {
    name: 'who joined is not read again after the commit',
    by: ['unseen'],
    faults: { slow: 0.1, postLost: 0 },
    workload: quietLines,
    weakening: {
      frame: noHeads,
      deps: replace('conversations', () => ({ participants: async () => new Map() })),
    },
  },
  { name: 'pongs without heads', by: ['unseen'], weakening: { frame: noHeads } },
  { name: 'a client that shows what comes as it comes', by: ['disorder'], weakening: { careless: true } },
  { name: 'who sends is not checked', by: ['leak'], weakening: { deps: everybodyIn } },
  {
    name: 'who joins is not checked',
    by: ['leak'],
    weakening: {
      deps: (deps, invocation) =>
        everybodyIn(
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
    name: 'an expired token goes on listening',
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
    name: 'a user may be removed while authenticating',
    by: ['leak'],
    faults: { slow: 0.2 },
    weakening: {
      rewrite: inTransactions((item) => (keyOf(item).endsWith('/PROFILE') ? undefined : item)),
    },
  },
  {
    name: 'the open connections of who is removed are left alone',
    by: ['leak'],
    weakening: {
      deps: replace('connections', ({ userConnections }, _deps, { route }) => ({
        userConnections: async (user) => (route === 'operator' ? [] : await userConnections(user)),
      })),
    },
  },
  {
    name: 'a connection is forgotten with all others of its user',
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
    name: 'a 410 removes another connection',
    by: ['ghost row', 'missing row'],
    weakening: {
      deps: (deps, invocation) =>
        invocation.route === 'send_message'
          ? replace('connections', ({ markClosing, inspect, userConnections }) => ({
              markClosing: async (id) => {
                const user = (await inspect(id))?.user
                const other =
                  user === undefined ? undefined : (await userConnections(user)).find((one) => one.id !== id)
                return await markClosing(other?.id ?? id)
              },
            }))(deps, invocation)
          : deps,
    },
  },
  {
    name: 'only the first page of a query is read',
    by: ['false answer', 'unseen'],
    pageSize: 1,
    weakening: {
      answer: (operation, { LastEvaluatedKey: _, ...rest }) =>
        operation === 'Query' ? rest : { ...rest, ...asKey(_) },
    },
  },
  { name: 'the sending connection is pushed to', by: ['echo'], weakening: { deps: echoing } },
  {
    name: 'the acknowledgement does not wait for the commit',
    by: ['lost'],
    faults: { crash: 0.02 },
    weakening: {
      deps: replace('log', ({ append }) => ({
        append: async (...call) => {
          append(...call).catch(() => undefined)
          return { outcome: 'stored' }
        },
      })),
    },
  },
  {
    name: 'a repeated key is answered whatever was sent',
    by: ['changed'],
    weakening: {
      deps: replace('log', ({ append }) => ({
        append: async (conversation, entry, hash) => {
          const result = await append(conversation, entry, hash)
          return result.outcome === 'repeated' ? { ...result, stored: { ...result.stored, hash } } : result
        },
      })),
    },
  },
  {
    name: '$disconnect takes the connection and forgets where it had joined',
    by: ['ghost row'],
    weakening: { deps: replace('subscriptions', () => ({ drop: async () => undefined })) },
  },
  {
    name: 'the sweep visits nobody',
    by: ['ghost row'],
    weakening: { deps: replace('sweepSchedule', () => ({ in: async () => [] })) },
  },
  {
    name: '$connect does not wait until the sweep knows of the connection',
    by: ['ghost row', 'missing row'],
    weakening: {
      deps: replace('sweepSchedule', ({ add }, _deps, { route }) => ({
        add: async (...call) => {
          const added = add(...call)
          if (route === '$connect') added.catch(() => undefined)
          else await added
        },
      })),
    },
  },
  {
    name: 'a message is changed and no entry says so',
    by: ['changed', 'lost'],
    weakening: { rewrite: changesAlone },
  },
  {
    name: 'a change comes with the message as its page had it',
    by: ['changed'],
    pageSize: 1,
    faults: { slow: 0.3 },
    workload: { edits: 12, toggles: 16 },
    weakening: { deps: fromThePage },
  },
  {
    name: 'seq comes from a counter that is written first',
    by: ['hole'],
    faults: { crash: 0.02, failed: 0.05 },
    weakening: { deps: counting },
  },
  {
    name: 'a connection ends and nobody looks whether it was the last',
    by: ['false presence'],
    weakening: {
      deps: replace('tasks', ({ send }) => ({
        send: async (task, delay) => {
          const afterAnEnd = task.task === 'presence' && task.checkAt === undefined && delay !== 0
          if (!afterAnEnd) await send(task, delay)
        },
      })),
    },
  },
  {
    name: 'who comes and goes is told to everybody',
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
]
