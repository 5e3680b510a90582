import { describe, expect, it, vi } from 'vitest'
import type { ConnectionsApi } from '../../../local/aws/gateway/connections.ts'
import { parseFaults } from '../../../local/faults/options.ts'
import { faultyPosts } from '../../../local/faults/posts.ts'
import { createDice } from '../../../local/faults/random.ts'

const body = Buffer.from('{}')

function createApi() {
  const post = vi.fn<ConnectionsApi['post']>(async () => ({ outcome: 'delivered' }))
  const api: ConnectionsApi = {
    post,
    get: async () => ({ outcome: 'gone' }),
    delete: async () => ({ outcome: 'deleted' }),
  }
  return { api, post }
}

function faulty(posts: object) {
  const { api, post } = createApi()
  const dice = createDice(1)
  const settings = parseFaults({ posts }).posts
  return { api: faultyPosts(api, settings, dice), post, dice, plain: api }
}

describe('posts with faults', () => {
  it('are unchanged while no fault is on', () => {
    const { api, plain } = faulty({ hangMillis: 1 })
    expect(api).toBe(plain)
  })

  it.each([
    ['gone', 'gone', 0],
    ['throttled', 'limit_exceeded', 0],
    ['failed', 'failed', 0],
    ['failedDelivered', 'failed', 1],
    ['lost', 'delivered', 0],
  ])('%s: returns %s and reaches the connection %i times', async (fault, outcome, times) => {
    const { api, post, dice } = faulty({ [fault]: 1 })
    expect(await api.post('c', body)).toEqual({ outcome })
    expect(post).toHaveBeenCalledTimes(times)
    expect(dice.strikes()).toEqual({ [`posts.${fault}`]: 1 })
    expect(await api.delete('c')).toEqual({ outcome: 'deleted' })
  })

  it('hang, and deliver late', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] })
    try {
      const { api, post } = faulty({ hang: 1, hangMillis: 3000 })
      const answer = api.post('c', body)
      await vi.advanceTimersByTimeAsync(2999)
      expect(post).not.toHaveBeenCalled()
      await vi.advanceTimersByTimeAsync(1)
      expect(await answer).toEqual({ outcome: 'delivered' })
    } finally {
      vi.useRealTimers()
    }
  })

  it('fail in the same way for the same seed', async () => {
    const counts = async () => {
      const { api, post, dice } = faulty({ lost: 0.1, gone: 0.05 })
      for (let index = 0; index < 500; index += 1) await api.post('c', body)
      return { ...dice.strikes(), reached: post.mock.calls.length }
    }
    const first = await counts()
    expect(await counts()).toEqual(first)
    expect(first).toEqual({ 'posts.gone': 20, 'posts.lost': 57, reached: 423 })
  })
})
