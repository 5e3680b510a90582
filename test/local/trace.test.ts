import { describe, expect, it } from 'vitest'
import type { Invoke } from '../../local/aws/lambda/invoke.ts'
import { traceFrames, tracePosts } from '../../local/trace.ts'

const event = (routeKey: string) => ({
  requestContext: { routeKey, connectionId: 'Mv27abcdefghijk=' },
  body: JSON.stringify({ type: routeKey, message: { content: 'a secret' } }),
})

async function tracedFrames(routeKey: string, result: unknown): Promise<readonly string[]> {
  const lines: string[] = []
  const invoke: Invoke = async () => result
  expect(await traceFrames(invoke, (line) => lines.push(line))('F', event(routeKey))).toBe(result)
  return lines
}

async function tracedPost(body: string, outcome: 'delivered' | 'gone'): Promise<readonly string[]> {
  const lines: string[] = []
  const connections = tracePosts(
    {
      post: async () => ({ outcome }),
      get: async () => ({ outcome: 'gone' }),
      delete: async () => ({ outcome: 'gone' }),
    },
    (line) => lines.push(line),
  )
  expect(await connections.post('Mv27abcdefghijk=', Buffer.from(body))).toEqual({ outcome })
  return lines
}

describe('the trace', () => {
  it('names a frame, its sender and its answer', async () => {
    const body = JSON.stringify({ type: 'pong', heads: { c1: 1 } })
    expect(await tracedFrames('ping', { statusCode: 200, body })).toEqual([
      '→ ping from Mv27…',
      expect.stringMatching(/^← pong to Mv27… \d+ ms$/),
    ])
    expect(await tracedFrames('send_message', { statusCode: 200 })).toEqual(['→ send_message from Mv27…'])
  })

  it('names what the functions post, and to whom', async () => {
    const frame = JSON.stringify({ type: 'new_message', message: { content: 'a secret' } })
    expect(await tracedPost(frame, 'delivered')).toEqual(['← new_message to Mv27…'])
    expect(await tracedPost(frame, 'gone')).toEqual(['← new_message to Mv27… (gone)'])
    expect(await tracedPost('no JSON', 'delivered')).toEqual(['← a frame without a type to Mv27…'])
  })

  it('prints nothing for events that are not frames, and passes them on', async () => {
    const lines: string[] = []
    const invoke = traceFrames(
      async () => 'result',
      (line) => lines.push(line),
    )
    expect(await invoke('F', { Records: [] })).toBe('result')
    expect(lines).toEqual([])
  })
})
