import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { describe, expect, it } from 'vitest'
import { participantRows } from '../../lambdas/stores/conversation-rows.ts'
import { acceptAll, adminIds, anAdmin, aPair, joined, message, pushes } from '../support/chat.ts'
import { anId } from '../support/interleave.ts'
import { openStores } from '../support/stores.ts'

/** Changes the stored row of a connection. */
async function changeRow(
  { connectionId }: { readonly connectionId: string },
  UpdateExpression: string,
  value: unknown,
): Promise<void> {
  const { db, tables } = openStores()
  const Key = { pk: `CONN#${connectionId}`, sk: 'CONN' }
  const ExpressionAttributeValues = { ':value': value }
  await db.send(
    new UpdateCommand({ TableName: tables.connections, Key, UpdateExpression, ExpressionAttributeValues }),
  )
}

/** Makes a user a participant of conversations that have no other rows. */
async function takePart(user: string, conversations: Iterable<string>): Promise<void> {
  const { db, tables } = openStores()
  const rows = [...conversations].flatMap((id) => participantRows(id, user, new Date().toISOString()))
  await Promise.all(rows.map((Item) => db.send(new PutCommand({ TableName: tables.conversations, Item }))))
}

describe('limits on use', () => {
  const connectionsOf = async ({ id }: { readonly id: string }) =>
    (await openStores().connections.userConnections(id)).map((connection) => connection.id).sort()
  const idsOf = (sockets: readonly { readonly connectionId: string }[]) =>
    sockets.map(({ connectionId }) => connectionId).sort()

  it('[RATE-4] the eleventh connection of a user replaces the one that was silent longest, which receives an error and is closed', async () => {
    const ada = await anAdmin('ada')
    const [first, second] = [await ada.connect(), await ada.connect()]
    await first.ask({ type: 'ping' })
    const others = [first]
    for (let n = 0; n < 9; n++) others.push(await ada.connect())
    expect(await second.next('error')).toMatchObject({ code: 'replaced', retryable: false })
    expect(await second.closed).toBe(1000)
    expect(await connectionsOf(ada)).toEqual(idsOf(others))
    for (const socket of others) expect(await socket.ask({ type: 'ping' })).toMatchObject({ type: 'pong' })
  })

  it('[RATE-4] connections that no longer exist are removed first', async () => {
    const ada = await anAdmin('ada')
    const { register, authenticate } = openStores()
    const open = [await ada.connect()]
    const since = Date.now()
    for (let n = 0; n < 9; n++) {
      const id = `Z2hvc3QtZ2hvc3${n}=`
      await register.add({ id, openedAt: since })
      await authenticate({ id, user: ada.id, since, tokenExpiresAt: since + 60_000 })
    }
    open.push(await ada.connect())
    expect(await connectionsOf(ada)).toEqual(idsOf(open))
    for (const socket of open) expect(await socket.ask({ type: 'ping' })).toMatchObject({ type: 'pong' })
  })

  it('[RATE-7] a ping costs one more frame for every ten joined conversations', async () => {
    const { ada, conversation } = await aPair()
    const socket = await joined(ada, conversation)
    const others = new Set(Array.from({ length: 99 }, () => anId()))
    await takePart(ada.id, others)
    await changeRow(socket, 'ADD joined :value', others)
    const began = Date.now()
    const answers = await Promise.all(Array.from({ length: 40 }, () => socket.ask({ type: 'ping' })))
    const seconds = (Date.now() - began) / 1000
    const pongs = answers.filter(({ type }) => type === 'pong')
    // Each costs eleven frames: of the 200 in a burst, and of the 20 that are added in each second.
    expect(pongs.length).toBeGreaterThanOrEqual(17)
    expect(pongs.length).toBeLessThanOrEqual(Math.ceil((200 + 20 * seconds) / 11))
    expect(pongs[0]).toMatchObject({ heads: { [conversation]: 0 } })
    for (const answer of answers.filter(({ type }) => type === 'error')) {
      expect(answer).toMatchObject({ code: 'rate_limited', retry_after_ms: expect.any(Number) })
    }
  })

  it.each<[how: string, answer: object, changes: (stored: string) => object]>([
    ['with a foreign sender_id', { code: 'forbidden' }, () => ({ sender_id: 'someone@example.org' })],
    ['repeated', { duplicate: true }, () => ({ client_message_id: 'used' })],
    ['of a stored message', { duplicate: true }, (id) => ({ message: { content: 'hi', id } })],
    [
      'in conflict',
      { code: 'idempotency_conflict' },
      () => ({ message: { content: 'other' }, client_message_id: 'used' }),
    ],
    ['to an unknown conversation', { code: 'not_found' }, () => ({ conversation_id: 'unknown' })],
  ])('[RATE-8] a send %s counts as a frame', async (_how, answer, changes) => {
    const { ada, conversation } = await aPair()
    const socket = await joined(ada, conversation)
    const stored = await socket.ask(message(conversation, 'hi', { client_message_id: 'used' }))
    const frame = { ...message(conversation, 'hi'), ...changes(stored['message'].id) }
    expect(await socket.ask(frame)).toMatchObject(answer)
    const aMinuteAhead = Date.now() + 60_000
    await changeRow(socket, 'SET arrival = :value', aMinuteAhead)
    expect(await socket.ask(frame)).toMatchObject({ code: 'rate_limited' })
    expect(await socket.ask(message(conversation, 'another'))).toMatchObject({ type: 'message_sent' })
  })

  it('[RATE-5] a user may have at most twenty pending invitations', async () => {
    const ada = await anAdmin('ada')
    const invite = async (to: string) => (await ada.call('POST', '/invitations', { to_user_id: to })).status
    const others = await Promise.all(Array.from({ length: 21 }, () => anAdmin('other')))
    const statuses = []
    for (const { id } of others) statuses.push(await invite(id))
    expect(statuses).toEqual([...Array(20).fill(200), 429])
    // A pending invitation in either direction and an existing conversation do not count as new.
    expect(await invite(others[0]?.id ?? '')).toBe(200)
    const [sender, friend] = [await anAdmin('sender'), others[1]]
    await sender.call('POST', '/invitations', { to_user_id: ada.id })
    expect(await invite(sender.id)).toBe(200)
    if (friend) await acceptAll(friend)
    await invite(others[20]?.id ?? '')
    expect(await invite(friend?.id ?? '')).toBe(409)
  })
})

describe('invitations that are sent at once', () => {
  it('[RATE-5] are stored up to the limit of twenty to pairs', async () => {
    const [ada, others] = [await anAdmin('ada'), await adminIds(40)]
    const answers = await Promise.all(
      others.map((to_user_id) => ada.call('POST', '/invitations', { to_user_id })),
    )
    const statuses = answers.map(({ status }) => status)
    expect(statuses.toSorted()).toEqual([...Array(20).fill(200), ...Array(20).fill(429)])
  })
})

describe('pushes', () => {
  it('[PUSH-9] concurrent messages arrive once each, in any order', async () => {
    const { ada, bob, conversation } = await aPair()
    const [a, b] = [await joined(ada, conversation), await joined(bob, conversation)]
    await Promise.all(Array.from({ length: 10 }, (_, n) => a.ask(message(conversation, String(n)))))
    const seqs = []
    for (let n = 0; n < 10; n++) seqs.push((await b.next('new_message'))['message'].seq)
    expect(seqs.sort((x, y) => x - y)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    expect(pushes(b)).toHaveLength(10)
  })
})
