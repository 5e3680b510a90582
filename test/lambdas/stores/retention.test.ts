import { randomBytes } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { join } from '../../../lambdas/chat/connections/join.ts'
import { latestSeqs } from '../../../lambdas/chat/connections/latest-seqs.ts'
import { sweep } from '../../../lambdas/chat/connections/sweep.ts'
import { conversationFor } from '../../../lambdas/chat/conversations/conversation.ts'
import { listConversations } from '../../../lambdas/chat/conversations/list.ts'
import { expireLogs, queueExpiry, removeExpired } from '../../../lambdas/chat/entries/remove-expired.ts'
import { deleteMessage, editMessage } from '../../../lambdas/chat/messages/edit.ts'
import { history } from '../../../lambdas/chat/messages/history.ts'
import { markReadOverRest } from '../../../lambdas/chat/messages/mark-read.ts'
import { sendOverRest } from '../../../lambdas/chat/messages/send.ts'
import { redeliver } from '../../../lambdas/chat/push/redeliver.ts'
import { newMemory } from '../../../lambdas/memory.ts'
import type { Task } from '../../../lambdas/model.ts'
import { newConversationRows } from '../../../lambdas/stores/conversation-rows.ts'
import { defaultRates } from '../../../protocol/limits.ts'
import { frameOn } from '../../support/frames.ts'
import { meter, summary } from '../../support/meter.ts'
import { putConversationRows } from '../../support/rows.ts'
import { openStores, quiet } from '../../support/stores.ts'

const DAY_MS = 24 * 3_600_000
const HOUR_MS = 3_600_000
const word = () => randomBytes(11).toString('base64url')
const stores = openStores()
const counted = meter(stores.db)
const real = Date.now()

/** A pair of ada and bob, who each have one connection that has joined, and a clock. */
async function aPair({ retentionDays = 7 } = {}) {
  const [id, ada, bob] = [word(), `ada-${word()}`, `bob-${word()}`]
  const connection = word()
  const clock = { now: real }
  const tasks: Task[] = []
  const deps = {
    ...stores,
    ...quiet,
    secrets: { current: async () => [] },
    tasks: { send: async (task: Task) => void tasks.push(task) },
    poster: counted.poster,
    memory: newMemory(),
    rates: defaultRates,
    retentionMs: retentionDays * DAY_MS,
    now: () => clock.now,
  }
  await putConversationRows(newConversationRows(id, [ada, bob], new Date(real - 400 * DAY_MS).toISOString()))
  await stores.register.add({ id: connection, openedAt: real })
  await stores.authenticate({ id: connection, user: ada, since: real, tokenExpiresAt: real + HOUR_MS })
  const read = (query: Partial<Parameters<typeof history>[3]> = {}) =>
    history(deps, ada, id, { limit: 100, entries: 'all', ...query } as Parameters<typeof history>[3])
  return {
    id,
    ada,
    bob,
    deps,
    tasks,
    clock,
    read,
    /** Sends a message as it was sent some days ago. */
    async send(daysAgo: number, content = `${daysAgo} days old`, key?: string, sender = ada) {
      const then = { ...deps, now: () => real - daysAgo * DAY_MS, memory: newMemory() }
      const message = { content, ...(key && { client_message_id: key }) }
      return await sendOverRest(then, sender, id, message)
    },
    seqs: async () => (await read()).messages.map(({ seq }) => seq),
    join: (after?: number) => join(deps, frameOn(connection, real), id, after),
    ping: () => latestSeqs(deps, frameOn(connection, real)),
    /** Runs the worker's check of a user's logs, and the removals that it queues. */
    async expire(user = ada) {
      tasks.length = 0
      await expireLogs(deps, { user })
      for (const task of tasks) if (task.task === 'remove_expired') await removeExpired(deps, task)
      return tasks.length
    },
    stored: () => stores.log.after(id, 0, 1000),
  }
}
let pair: Awaited<ReturnType<typeof aPair>>
beforeEach(async () => {
  pair = await aPair()
})

describe('old entries', () => {
  it('[RETAIN-1] are gone from pages, joins and pongs, which say where the log begins', async () => {
    for (const daysAgo of [30, 20, 10, 5, 1]) await pair.send(daysAgo)
    expect(await pair.read()).toMatchObject({ first_seq: 4, last_seq: 5, has_more: false })
    expect(await pair.seqs()).toEqual([4, 5])
    expect(await pair.join()).toMatchObject({ first_seq: 4, last_seq: 5 })
    expect(await pair.ping()).toEqual({ heads: { [pair.id]: 5 }, first_seq: { [pair.id]: 4 } })
  })

  it('[RETAIN-1] a log of which nothing has expired begins at 1', async () => {
    await pair.send(1)
    expect(await pair.read()).toMatchObject({ first_seq: 1 })
    expect(await (await aPair()).join(0)).toMatchObject({ first_seq: 1, last_seq: 0, messages: [] })
  })

  it('[RETAIN-1] without the setting, answers do not say where the log begins', async () => {
    const { read, join, ping, send } = await aPair({ retentionDays: Number.POSITIVE_INFINITY })
    await send(300)
    expect(await read()).not.toHaveProperty('first_seq')
    expect(await join(0)).not.toHaveProperty('first_seq')
    expect(await ping()).not.toHaveProperty('first_seq')
  })

  it('[RETAIN-1] are found in a long log', async () => {
    const row = (seq: number) => ({
      pk: `CONV#${pair.id}`,
      sk: `LOG#${String(seq).padStart(12, '0')}`,
      id: `${seq}-${word()}`,
      seq,
      sender: pair.ada,
      content: 'x',
      created_at: new Date(real - (600 - seq) * HOUR_MS).toISOString(),
    })
    await putConversationRows(Array.from({ length: 500 }, (_, index) => row(index + 1)))
    // 168 hours are visible, and the current one may be incomplete.
    const { first_seq = 0 } = await pair.read({ limit: 1 })
    const age = real - Date.parse(row(first_seq).created_at)
    expect(age).toBeLessThanOrEqual(169 * HOUR_MS)
    expect(real - Date.parse(row(first_seq - 1).created_at)).toBeGreaterThan(168 * HOUR_MS)
  })

  it('[RETAIN-2] stay gone if the number of days is raised, the setting is switched off, or a clock is behind', async () => {
    for (const daysAgo of [30, 10, 1]) await pair.send(daysAgo)
    expect(await pair.read()).toMatchObject({ first_seq: 3 })
    const later = (changes: object) =>
      history({ ...pair.deps, ...changes }, pair.ada, pair.id, { limit: 100, entries: 'all' })
    expect(await later({ retentionMs: 60 * DAY_MS })).toMatchObject({ first_seq: 3, messages: [{ seq: 3 }] })
    expect(await later({ retentionMs: Number.POSITIVE_INFINITY })).toMatchObject({ first_seq: 3 })
    expect(await later({ now: () => real - 5 * DAY_MS })).toMatchObject({ first_seq: 3 })
  })

  it('[RETAIN-2] the `seq` continues after everything is gone and removed', async () => {
    for (const daysAgo of [30, 20, 10]) await pair.send(daysAgo)
    await pair.expire()
    expect(await pair.read()).toMatchObject({ first_seq: 4, last_seq: 3, messages: [], has_more: false })
    expect(await pair.send(0)).toMatchObject({ seq: 4 })
    expect(await pair.read()).toMatchObject({ first_seq: 4, last_seq: 4, messages: [{ seq: 4 }] })
  })

  it('[RETAIN-3] are not below pages, not the last message, and not unread', async () => {
    for (const daysAgo of [30, 20, 10]) await pair.send(daysAgo, 'old', undefined, pair.bob)
    expect(await pair.read({ before: 3 })).toMatchObject({ messages: [], has_more: false })
    const { deps, id, ada, bob } = pair
    expect(await conversationFor(deps, id, ada)).toMatchObject({
      last_message: null,
      last_seq: 3,
      unread_count: 0,
    })
    for (const daysAgo of [3, 2]) await pair.send(daysAgo, 'new', undefined, bob)
    expect(await conversationFor(deps, id, ada)).toMatchObject({ last_message: { seq: 5 }, unread_count: 2 })
    expect(await markReadOverRest(deps, ada, id, { seq: 4 })).toMatchObject({
      last_read_seq: 4,
      marked_read: 1,
      unread_count: 1,
    })
  })

  it('[RETAIN-3] a list that fails leaves no start of a log half moved', async () => {
    const { deps, ada, bob } = pair
    await pair.send(10)
    const other = word()
    const at = new Date(real - 400 * DAY_MS).toISOString()
    await putConversationRows(newConversationRows(other, [ada, bob], at))
    await sendOverRest({ ...deps, now: () => real - 10 * DAY_MS }, ada, other, { content: 'words' })
    let [begun, running] = [0, 0]
    const conversations = {
      ...stores.conversations,
      async moveStart(...args: Parameters<typeof stores.conversations.moveStart>) {
        if (begun++ === 0) throw new Error('the database failed')
        running++
        return await stores.conversations.moveStart(...args).finally(() => running--)
      },
    }
    const failing = { ...deps, conversations } as unknown as Parameters<typeof listConversations>[0]
    await expect(listConversations(failing, ada, { limit: 10 })).rejects.toThrow('failed')
    expect({ begun, running }).toEqual({ begun: 2, running: 0 })
  })

  it('[RETAIN-3] unread messages are counted exactly when one of them was deleted', async () => {
    for (const daysAgo of [30, 20, 3, 2, 1]) await pair.send(daysAgo, 'words', undefined, pair.bob)
    await deleteMessage(pair.deps, { conversation: pair.id, seq: 4, user: pair.bob })
    expect(await conversationFor(pair.deps, pair.id, pair.ada)).toMatchObject({ unread_count: 2 })
  })

  it('[RETAIN-3] cannot be changed, and a change of one remains as an entry without its message', async () => {
    await pair.send(10)
    await pair.send(9)
    const target = { conversation: pair.id, seq: 1, user: pair.ada }
    const then = { ...pair.deps, now: () => real - 4 * DAY_MS, memory: newMemory() }
    await editMessage(then, target, { content: 'edited in time' })
    await expect(editMessage(pair.deps, target, { content: 'too late' })).rejects.toMatchObject({
      code: 'not_found',
    })
    await expect(deleteMessage(pair.deps, target)).rejects.toMatchObject({ code: 'not_found' })
    const { messages } = await pair.read()
    expect(messages).toMatchObject([{ seq: 3, kind: 'message_updated', target_seq: 1 }])
    expect(messages[0]).not.toHaveProperty('message')
  })

  it('[RETAIN-3] a message that expires while its change waits for a slot is not changed', async () => {
    const key = word()
    const { send, deps, id, ada, bob } = pair
    await send(6.9, 'words', key)
    await send(0, 'newer', undefined, bob)
    const target = { conversation: id, seq: 1, user: ada }
    await editMessage(deps, target, { content: 'edited' })
    const later = { ...deps, now: () => Date.now() + DAY_MS, memory: newMemory() }
    let again: { id: string } | undefined
    const log: typeof deps.log = {
      ...deps.log,
      async update(...entry) {
        again ??= await sendOverRest(later, ada, id, { content: 'other words', client_message_id: key })
        return await deps.log.update(...entry)
      },
    }
    await expect(editMessage({ ...deps, log }, target, { content: 'again' })).rejects.toMatchObject({
      code: 'not_found',
    })
    // The change must not have claimed the key of the expired message, which belongs to the new one.
    const repeated = await sendOverRest(later, ada, id, { content: 'other words', client_message_id: key })
    expect(repeated.id).toBe(again?.id)
  })

  it('[RETAIN-3] are not pushed with a change that is delivered late', async () => {
    const { send, deps, id, ada } = pair
    await send(10)
    const then = { ...deps, now: () => real - 4 * DAY_MS, memory: newMemory() }
    await editMessage(then, { conversation: id, seq: 1, user: ada }, { content: 'edited in time' })
    const change = { task: 'deliver', conversation: id, seq: 2, updateTo: [] } as const
    const connections = (await stores.connections.userConnectionsOf([ada])).map((one) => one.id)
    expect(connections).toHaveLength(1)
    await pair.read()
    const calls = await counted.callsOf(() => redeliver(deps, { ...change, messageTo: connections }))
    expect(calls.filter(({ name }) => name.startsWith('post'))).toEqual([])
  })

  it('[RETAIN-4] `reset` is answered exactly if entries after the client’s last one are gone', async () => {
    for (const daysAgo of [30, 20, 10, 5, 1]) await pair.send(daysAgo)
    for (const after of [0, 2]) {
      expect(await pair.join(after)).toMatchObject({
        reset: true,
        messages: [{ seq: 4 }, { seq: 5 }],
        has_more: false,
      })
      expect(await pair.read({ after })).toMatchObject({ reset: true, messages: [{ seq: 4 }, { seq: 5 }] })
    }
    for (const after of [3, 4, 5]) {
      expect(await pair.join(after)).not.toHaveProperty('reset')
      expect(await pair.read({ after })).not.toHaveProperty('reset')
    }
    expect(await pair.join(6)).toMatchObject({ reset: true, messages: [] })
  })

  it('[RETAIN-5] marking one as read moves the cursor to the start of the log', async () => {
    for (const daysAgo of [30, 20, 10, 1]) await pair.send(daysAgo, 'words', undefined, pair.bob)
    await pair.expire()
    const mark = (seq: number) => markReadOverRest(pair.deps, pair.ada, pair.id, { seq })
    expect(await mark(1)).toMatchObject({ last_read_seq: 3, marked_read: 0, unread_count: 1 })
    expect(await mark(2)).toMatchObject({ last_read_seq: 3, marked_read: 0, unread_count: 1 })
    expect(await mark(4)).toMatchObject({ last_read_seq: 4, marked_read: 1, unread_count: 0 })
  })

  it('[RETAIN-6] a `client_message_id` is remembered as long as its message, whether or not it is still stored', async () => {
    const key = word()
    const first = await pair.send(6.9, 'words', key)
    expect(await pair.send(0, 'words', key)).toMatchObject({ id: first.id })
    for (const isRemoved of [false, true]) {
      const { send, expire } = await aPair()
      const old = await send(10, 'words', key)
      if (isRemoved) await expire()
      const again = await send(0, 'other words', key)
      expect(again).toMatchObject({ seq: 2, content: 'other words' })
      expect(again.id).not.toBe(old.id)
      expect(await send(0, 'other words', key)).toMatchObject({ id: again.id })
    }
  })

  it('[RETAIN-7] are removed with their keys, except that the newest entry only loses its content', async () => {
    for (const daysAgo of [30, 20, 10]) await pair.send(daysAgo, 'words', `key${daysAgo}`)
    expect(await pair.expire()).toBe(1)
    expect(await pair.stored()).toMatchObject([{ seq: 3, content: '' }])
    for (const daysAgo of [30, 20, 10])
      expect(await stores.log.sent(pair.id, pair.ada, `key${daysAgo}`)).toBeUndefined()
    expect(await pair.expire(), 'nothing is left to do').toBe(0)
    await pair.send(0)
    expect(await pair.expire()).toBe(1)
    expect(await pair.stored()).toMatchObject([{ seq: 4 }])
  })

  it('[RETAIN-7] nothing is removed that is still visible', async () => {
    for (const daysAgo of [30, 10, 5, 1]) await pair.send(daysAgo)
    await pair.expire()
    expect((await pair.stored()).map(({ seq }) => seq)).toEqual([3, 4])
    expect(await pair.seqs()).toEqual([3, 4])
  })

  it('[RETAIN-7] are checked also if the sweep lasts into the next minute, or fails', async () => {
    const deps = {
      ...pair.deps,
      users: {
        ...stores.users,
        listUsers: async () => Array.from({ length: 25 }, (_, n) => ({ id: `user${n}` })),
      },
      register: {
        ...stores.register,
        async openedBetween() {
          pair.clock.now += 60_000
          throw new Error('the register cannot be read')
        },
      },
    } as never
    pair.clock.now = Math.floor(real / HOUR_MS) * HOUR_MS
    await expect(sweep(deps)).rejects.toThrow('cannot be read')
    expect(pair.tasks).toHaveLength(1)
  })

  it('[RETAIN-1] expire also after an import that brings no time of the start', async () => {
    for (const daysAgo of [30, 20, 3, 2, 1]) await pair.send(daysAgo, 'words', undefined, pair.bob)
    const key = { pk: `CONV#${pair.id}`, sk: 'META', id: pair.id }
    await putConversationRows([
      { ...key, created_at: new Date(real - 400 * DAY_MS).toISOString(), first_seq: 2 },
    ])
    expect(await pair.read()).toMatchObject({ first_seq: 3 })
    expect(await conversationFor(pair.deps, pair.id, pair.ada)).toMatchObject({ unread_count: 3 })
  })

  it('[RETAIN-7] every user’s logs are checked once in 25 hours', async () => {
    const users = Array.from({ length: 60 }, (_, index) => ({ id: `user${index}` }))
    const hour = Math.floor(real / HOUR_MS)
    const deps = { ...pair.deps, users: { ...stores.users, listUsers: async () => users } } as never
    for (let minute = 0; minute < 25 * 60; minute++) {
      pair.clock.now = hour * HOUR_MS + minute * 60_000
      await queueExpiry(deps)
    }
    expect(pair.tasks.map((task) => 'user' in task && task.user).sort()).toEqual(
      users.map(({ id }) => id).sort(),
    )
  })
})

describe('the cost of the retention', () => {
  const costOf = async (act: () => Promise<unknown>) => summary(await counted.callsOf(act))

  it('is nothing for a message, and nothing for a page of which nothing has just expired', async () => {
    const kept = await aPair({ retentionDays: Number.POSITIVE_INFINITY })
    for (const one of [kept, pair]) for (const daysAgo of [20, 1]) await one.send(daysAgo)
    await pair.read()
    for (const act of ['read', 'send'] as const) {
      const cost = (one: typeof pair) =>
        costOf(() => (act === 'read' ? one.read() : one.send(0, 'words', word())))
      expect(await cost(pair)).toEqual(await cost(kept))
    }
  })

  it('is one read for the pongs of a hundred conversations', async () => {
    await pair.send(1)
    await pair.join()
    await pair.ping()
    const calls = await counted.callsOf(() => pair.ping())
    const kept = await aPair({ retentionDays: Number.POSITIVE_INFINITY })
    await kept.send(1)
    await kept.join()
    await kept.ping()
    const others = await counted.callsOf(() => kept.ping())
    expect(calls.length - others.length).toBe(1)
  })
})
