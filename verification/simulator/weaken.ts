import type { Deps } from '../../lambdas/chat/deps.ts'
import type { Entry, Participant } from '../../lambdas/model.ts'
import type { Input } from './backend.ts'
import type { Invocation } from './invocation.ts'

/** Replaces methods of one part of the product. */
export const replace =
  <K extends Exclude<keyof Deps, 'retentionMs'>>(
    part: K,
    change: (store: Deps[K], deps: Deps, invocation: Invocation) => Partial<Deps[K]>,
  ) =>
  (deps: Deps, invocation: Invocation): Deps => ({
    ...deps,
    [part]: { ...deps[part], ...change(deps[part], deps, invocation) },
  })

type Item = Readonly<{ [action: string]: Input }>

/** Changes the items of transactions. An item for which `change` returns undefined is dropped. */
export const inTransactions =
  (change: (item: Item) => Item | undefined) => (operation: string, input: Input) =>
    operation === 'TransactWriteItems'
      ? {
          ...input,
          TransactItems: (input['TransactItems'] as Item[]).map(change).filter((item) => item !== undefined),
        }
      : input

export const keyOf = (item: Item) => {
  const row = (item['Put']?.['Item'] ?? Object.values(item)[0]?.['Key']) as {
    readonly pk: string
    readonly sk: string
  }
  return `${row.pk}/${row.sk}`
}

/** Reduces a transaction that edits a message to the update of the message itself. */
export function withoutEditEntry(operation: string, input: Input): Input {
  if (operation !== 'TransactWriteItems') return input
  const items = input['TransactItems'] as readonly Item[]
  const changes = items.filter((item) => item['Update'] && keyOf(item).includes('/LOG#'))
  return changes.length > 0 ? { ...input, TransactItems: changes } : input
}

/** Removes the entry from a transaction that removes a participant. */
export function withoutLeaveEntry(operation: string, input: Input): Input {
  if (operation !== 'TransactWriteItems') return input
  const items = input['TransactItems'] as readonly Item[]
  const isLeaving = items.some((item) => item['Delete'] && keyOf(item).includes('/PART#'))
  return isLeaving
    ? { ...input, TransactItems: items.filter((item) => !keyOf(item).includes('/LOG#')) }
    : input
}

export const without = (item: Item, field: string): Item =>
  Object.fromEntries(Object.entries(item).map(([action, { [field]: _, ...rest }]) => [action, rest]))

/** Removes the latest `seq`s from pongs, because the repairs that they trigger would hide other bugs. */
export const noHeads = (frame: Input): Input =>
  frame['type'] === 'pong'
    ? { ...frame, heads: Object.fromEntries(Object.keys(frame['heads'] as Input).map((id) => [id, 0])) }
    : frame

/**
 * No client reconnects, because a client that joins again fetches the messages that it missed, which would hide bugs
 * too.
 */
export const noReconnects = { drops: 0, cuts: 0, renewals: 0, hasty: 0 }

export const forEver = (participant: Participant): Participant => ({
  ...participant,
  joined: new Map([...participant.joined.keys()].map((id) => [id, Number.MAX_SAFE_INTEGER])),
})

/** Treats every user as a participant. */
class AllUsers extends Map<string, Participant> {
  override has(): boolean {
    return true
  }

  override get(user: string): Participant {
    return super.get(user) ?? { user, joined: new Map(), readSeq: 0, readOthers: 0 }
  }
}

export const allUsersIn = replace('conversations', (conversations) => ({
  head: async (id) => {
    const head = await conversations.head(id)
    return head && { ...head, participants: new AllUsers(head.participants) }
  },
}))

/** Removes the condition of an update and the values that only the condition uses. */
export function relaxed({ ConditionExpression: _, ExpressionAttributeNames: __, ...update }: Input): Input {
  const values = update['ExpressionAttributeValues'] as Input
  return { ...update, ExpressionAttributeValues: { ':conversations': values[':conversations'] } }
}

export function readsFirst(deps: Deps): Deps {
  const { conversations, subscriptions, log } = deps
  let head: Awaited<ReturnType<typeof conversations.head>>
  let entries: readonly Entry[] | undefined
  const join: typeof subscriptions.join = async (id, ...rest) => {
    ;[head, entries] = await Promise.all([conversations.head(id), log.after(id, 0, 1000)])
    return await subscriptions.join(id, ...rest)
  }
  const after: typeof log.after = async (id, seq, max) =>
    entries?.filter((entry) => entry.seq > seq) ?? (await log.after(id, seq, max))
  return {
    ...deps,
    subscriptions: { ...subscriptions, join },
    conversations: { ...conversations, head: async (id) => head ?? (await conversations.head(id)) },
    log: { ...log, after },
  }
}

export const echoing = replace('poster', ({ post }) => ({
  post: async (connection, frame, ...rest) => {
    const said = JSON.parse(frame) as Input
    if (said['type'] === 'message_sent' && said['duplicate'] === undefined) {
      await post(connection, JSON.stringify({ ...said, type: 'new_message' }))
    }
    return await post(connection, frame, ...rest)
  },
}))

/**
 * Draws `seq` from a counter before the message is written. A writer that crashes between the two steps leaves a hole.
 */
export const counting = replace('log', ({ append, takeTurn }) => ({
  append: async (conversation, entry, hash) => {
    const seq = (await takeTurn(`${conversation}-counter`, Number.MAX_SAFE_INTEGER)) ?? 0
    return await append(conversation, { ...entry, seq }, hash)
  },
}))

/** Serves messages from the page that was read earlier, if it contains them. */
export const fromThePage = replace('log', ({ after, entries }) => {
  const page = new Map<number, Entry>()
  return {
    after: async (...range) => {
      const found = await after(...range)
      for (const entry of found) page.set(entry.seq, entry)
      return found
    },
    entries: async (conversation, seqs) => {
      const known = [...seqs].flatMap((seq) => page.get(seq) ?? [])
      const others = [...seqs].filter((seq) => !page.has(seq))
      return [...known, ...(others.length > 0 ? await entries(conversation, others) : [])]
    },
  }
})
