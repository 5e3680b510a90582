import { describe, expect, it } from 'vitest'
import { acceptAll, adminIds, anAdmin, aPair, joined, message, pushes } from '../support/chat.ts'
import { openStores } from '../support/stores.ts'

describe('limits on use', () => {
  it('[RATE-4] the eleventh connection of a user replaces the oldest, which receives an error and is closed', async () => {
    const ada = await anAdmin('ada')
    const first = await ada.connect()
    const others = []
    for (let n = 0; n < 10; n++) others.push(await ada.connect())
    expect(await first.next('error')).toMatchObject({ code: 'replaced', retryable: false })
    expect(await first.closed).toBe(1000)
    const channel = await openStores().connections.userConnections(ada.id)
    expect(channel.map(({ id }) => id).sort()).toEqual(others.map(({ connectionId }) => connectionId).sort())
    for (const socket of others) expect(await socket.ask({ type: 'ping' })).toMatchObject({ type: 'pong' })
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
