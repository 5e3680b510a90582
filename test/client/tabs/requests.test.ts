import { describe, expect, it } from 'vitest'
import type { ClientFrame } from '../../../client/wire.ts'
import { browser, failure, type Tab } from '../support/tabs-of-one-user.ts'

const requestIds = ({ connection }: Tab) =>
  connection.sent.map((frame: ClientFrame) => frame.request_id ?? 'no request_id')
const types = ({ connection }: Tab) => connection.sent.map(({ type }) => type)

/** A leader with an open session and a follower. */
async function twoTabs() {
  const all = browser()
  const leader = await all.open()
  const follower = await all.open()
  leader.connection.open()
  await all.settle()
  /** The server answers the latest frame. */
  async function answer(frame: { type: string; [field: string]: unknown }) {
    leader.connection.receive({ request_id: requestIds(leader).at(-1), ...frame })
    await all.settle()
  }
  return { ...all, leader, follower, answer }
}

const conversation_id = 'c1'
const join = ({ link }: Tab) => link.request('join_conversation', { conversation_id })
const leave = ({ link }: Tab) => link.request('leave_conversation', { conversation_id })
const joined = { type: 'joined_conversation', conversation_id, last_seq: 0, last_read_seq: 0 }
const left = { type: 'left_conversation', conversation_id }

describe('requests', () => {
  it('[CLIENT-8] a request of either tab goes over the one connection and gets its own answer', async () => {
    const { leader, follower, settle } = await twoTabs()
    const answers = [leader, follower].map((tab) => tab.link.request('ping', {}))
    await settle()
    const ids = requestIds(leader)
    expect(new Set(ids).size).toBe(2)
    for (const id of ids) expect(id.length).toBeLessThanOrEqual(64)
    for (const request_id of ids.toReversed()) {
      leader.connection.receive({ type: 'pong', time: request_id, heads: {}, request_id })
    }
    await settle()
    expect((await Promise.all(answers)).map(({ time }) => time)).toEqual(ids)
    expect(follower.connection.sent).toEqual([])
  })

  it('[CLIENT-2] a refusal of the server rejects the request that it names, with its code and delay', async () => {
    const { follower, answer, settle } = await twoTabs()
    const refused = follower.link.request('ping', {}).catch((error: unknown) => error)
    await settle()
    await answer({
      type: 'error',
      code: 'rate_limited',
      message: 'Slow.',
      retryable: true,
      retry_after_ms: 7,
    })
    expect(await refused).toMatchObject({ code: 'rate_limited', retryable: true, retryAfterMs: 7 })
  })

  it('[CLIENT-2] a request without an answer fails after 10 s, by the clock', async () => {
    const { leader, pass } = await twoTabs()
    let outcome = 'none'
    void failure(leader.link.request('ping', {})).then((code) => {
      outcome = code
    })
    await pass(9_999)
    expect(outcome).toBe('none')
    await pass(1)
    expect(outcome).toBe('timeout')
  })

  it('[CLIENT-2] an error that names no request answers none', async () => {
    const { leader, pass } = await twoTabs()
    const request = failure(leader.link.request('ping', {}))
    leader.connection.receive({ type: 'error', code: 'payload_too_large', message: '', retryable: false })
    await pass(10_000)
    expect(await request).toBe('timeout')
  })

  it('[CLIENT-9] an error of the platform, which names no request, fails those of all tabs', async () => {
    const { leader, follower, settle } = await twoTabs()
    const requests = [leader, follower].map((tab) => failure(tab.link.request('ping', {})))
    leader.connection.receive({ message: 'Internal server error', connectionId: 'x', requestId: 'y' })
    await settle()
    expect(await Promise.all(requests)).toEqual(['platform', 'platform'])
  })

  it('[CLIENT-2] a request fails at once without a session, and when the session is lost', async () => {
    const { leader, follower, settle } = await twoTabs()
    const requests = [leader, follower].map((tab) => failure(tab.link.request('ping', {})))
    leader.connection.lose()
    await settle()
    expect(await Promise.all(requests)).toEqual(['network', 'network'])
    expect(await failure(follower.link.request('ping', {}))).toBe('network')
    follower.link.send({ type: 'typing', conversation_id, is_typing: true })
    await settle()
    expect(types(leader)).not.toContain('typing')
  })

  it('[CLIENT-2] a request fails when another session begins that is no rotation', async () => {
    const { leader } = await twoTabs()
    const request = failure(leader.link.request('ping', {}))
    leader.connection.open()
    expect(await request).toBe('network')
  })

  it('[CLIENT-5] a rotation ends no request: the old socket may still answer', async () => {
    const { leader, follower, answer, settle } = await twoTabs()
    const requests = [leader, follower].map((tab) => tab.link.request('ping', {}))
    await settle()
    const { session } = leader.link.status.getSnapshot()
    leader.connection.open({ rotated: true })
    await settle()
    for (const tab of [leader, follower]) {
      const next = { phase: 'online', session: session + 1, rotated: true }
      expect(tab.link.status.getSnapshot()).toMatchObject(next)
    }
    for (const request_id of requestIds(leader)) await answer({ type: 'pong', heads: {}, request_id })
    await expect(Promise.all(requests)).resolves.toHaveLength(2)
  })
})

describe('frames', () => {
  it('[CLIENT-8] every frame reaches every tab once, also of a type that is not known', async () => {
    const all = await twoTabs()
    const third = await all.open({ visible: false })
    all.leader.connection.receive({ type: 'new_thing', more: 1 })
    await all.settle()
    for (const tab of [all.leader, all.follower, third]) expect(tab.frames()).toEqual(['new_thing'])
  })

  it('[CLIENT-9] data that is not a frame is ignored', async () => {
    const { leader, follower, settle } = await twoTabs()
    leader.connection.receive([])
    await settle()
    expect([leader.events, follower.events]).toEqual([[], []])
  })

  it('[CLIENT-8] an event that one tab emits reaches all tabs', async () => {
    const { leader, follower, settle } = await twoTabs()
    const event = { asksForItems: true } as const
    follower.link.emit(event)
    await settle()
    expect([leader.events, follower.events]).toEqual([[event], [event]])
  })

  it('[CLIENT-9] a listener that throws does not keep an event from the others', async () => {
    const { leader } = await twoTabs()
    const silenced = console.error
    console.error = () => {}
    const seen: string[] = []
    leader.link.onEvent(() => {
      throw new Error('broken')
    })
    leader.link.onEvent(({ frame }) => void seen.push(String(frame?.type)))
    leader.connection.receive({ type: 'pong', heads: {} })
    console.error = silenced
    expect(seen).toEqual(['pong'])
  })
})

describe('conversations that several tabs have joined', () => {
  it('[CLIENT-8] are left by any of them, and the others see the answer, so that they join again', async () => {
    const { leader, follower, answer, settle } = await twoTabs()
    for (const tab of [leader, follower]) {
      const request = join(tab)
      await settle()
      await answer(joined)
      await request
    }
    const first = leave(follower)
    await settle()
    await answer(left)
    await expect(first).resolves.toMatchObject(left)
    expect(leader.frames()).toContain('left_conversation')
  })

  it('[CLIENT-8] are left when a tab is closed that had joined them', async () => {
    const { leader, follower, settle } = await twoTabs()
    void failure(join(follower))
    void failure(join(leader))
    void failure(follower.link.request('join_conversation', { conversation_id: 'c2' }))
    void failure(leave(follower))
    await settle()
    follower.event('leave')
    await settle()
    expect(leader.connection.sent.slice(4)).toEqual([{ type: 'leave_conversation', conversation_id: 'c2' }])
  })
})
