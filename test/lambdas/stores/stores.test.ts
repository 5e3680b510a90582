import { randomBytes } from 'node:crypto'
import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { describe, expect, it } from 'vitest'
import { commit } from '../../../lambdas/chat/entries/commit.ts'
import { editMessage } from '../../../lambdas/chat/messages/edit.ts'
import { newMemory } from '../../../lambdas/memory.ts'
import type { Entry, MessageEntry } from '../../../lambdas/model.ts'
import { connectionKey } from '../../../lambdas/stores/connection-row.ts'
import { newConversationRows } from '../../../lambdas/stores/conversation-rows.ts'
import { defaultRates, type Rate, typingRate } from '../../../protocol/limits.ts'
import { openStores, uncounted, unlimited } from '../../support/stores.ts'

const {
  db,
  tables,
  authenticate,
  authentication,
  connections,
  conversations,
  invitations,
  subscriptions,
  log,
  presence,
  register,
  users,
} = openStores()
const id = () => randomBytes(11).toString('base64url')
const now = Date.now()
const later = now + 3_600_000

/** The limits are parameters of the stores, so a tenth of each burst shows how they work. */
const tenth = (rate: Rate): Rate => ({ ...rate, burst: rate.burst / 10 })
const rates = { ...defaultRates, frames: tenth(defaultRates.frames), messages: tenth(defaultRates.messages) }

it('[RATE-1] [RATE-2] the default limits are 20 frames per second in bursts of 200, and 10 messages in bursts of 100', () => {
  expect(defaultRates.frames).toEqual({ perSecond: 20, burst: 200 })
  expect(defaultRates.messages).toEqual({ perSecond: 10, burst: 100 })
})

const entry = (seq: number, rest: Partial<MessageEntry> = {}): MessageEntry => ({
  kind: 'message',
  id: `${seq}-${id()}`,
  seq,
  sender: 'ada',
  content: 'hi',
  createdAt: new Date(now).toISOString(),
  ...rest,
})

async function aConversation(participants = ['ada', 'bob']) {
  const conversation = id()
  for (const Item of newConversationRows(conversation, participants, new Date(now).toISOString())) {
    await db.send(new PutCommand({ TableName: tables.conversations, Item }))
  }
  return conversation
}

async function aConnection(user?: string) {
  const connection = `${id()}=`
  await register.add({ id: connection, openedAt: now })
  if (user) await authenticate({ id: connection, user, since: now, tokenExpiresAt: later })
  return connection
}

describe('the log', () => {
  it('[SEND-2] gives a slot to only one of many writers that claim it', async () => {
    const conversation = await aConversation()
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, () => log.append(conversation, entry(1), 'h')),
    )
    expect(outcomes.filter((outcome) => outcome === 'stored')).toHaveLength(1)
    expect(outcomes.filter((outcome) => outcome === 'taken')).toHaveLength(9)
  })

  it('[SEND-3] gives a key to only one of many sends that claim it, and returns its seq to the others', async () => {
    const conversation = await aConversation()
    const keyed = (seq: number) => entry(seq, { clientMessageId: 'k' })
    expect(await log.append(conversation, keyed(1), 'hash')).toBe('stored')
    expect(await log.append(conversation, keyed(2), 'other')).toEqual({ seq: 1, hash: 'hash' })
    expect(await log.append(conversation, keyed(1), 'hash')).toEqual({ seq: 1, hash: 'hash' })
    expect(await log.append(conversation, entry(1, { clientMessageId: 'l' }), 'hash')).toBe('taken')
    expect(await log.entry(conversation, 2)).toBeUndefined()
  })

  it('[RATE-2] limits each user to a burst of messages at once and then ten per second', async () => {
    const conversation = await aConversation()
    let clock = now
    const send = async (sender: string, clientMessageId?: string) => {
      const head = await conversations.head(conversation)
      if (!head) throw new Error('no head')
      const deps = { ...uncounted(), conversations, log, rates, now: () => clock, newId: id }
      const draft = { sender, content: 'hi', ...(clientMessageId === undefined ? {} : { clientMessageId }) }
      return await commit(deps, head, draft).catch((error: unknown) => error)
    }
    await send('ada', 'first')
    for (let n = 1; n < rates.messages.burst; n++) await send('ada')
    expect(await send('ada')).toMatchObject({ code: 'rate_limited', retryAfterMs: 100 })
    expect(await send('ada', 'new')).toMatchObject({ code: 'rate_limited' })
    // A repeated send is answered as before.
    expect(await send('ada', 'first')).toMatchObject({ entry: { seq: 1 }, duplicate: true })
    expect(await send('bob')).toMatchObject({ entry: { seq: 11 } })
    clock += 100
    expect(await send('ada')).toMatchObject({ entry: { seq: 12 } })
    expect(await send('ada')).toMatchObject({ code: 'rate_limited' })
  })

  it('[RATE-2] counts the messages to all conversations together, also those of other containers', async () => {
    const sender = id()
    const createdAt = new Date(now).toISOString()
    const head = { turnsIssued: 0, createdAt }
    const container = () => ({
      ...uncounted(),
      connections,
      conversations: { ...conversations, listAsActive: async () => undefined },
      log,
      rates,
      now: () => now,
      newId: id,
    })
    const send = async (deps: ReturnType<typeof container>) => {
      const participants = new Map([[sender, { user: sender, readSeq: 0, readOthers: 0, joined: new Map() }]])
      const draft = { sender, content: 'hi' }
      return await commit(deps, { ...head, id: id(), participants }, draft).catch((error: unknown) => error)
    }
    const [one, other] = [container(), container()]
    for (let n = 0; n < rates.messages.burst; n++)
      expect(await send(one)).toMatchObject({ entry: { seq: 1 } })
    expect(await send(one)).toMatchObject({ code: 'rate_limited', retryAfterMs: 100 })
    // It learns of the others with the first message that it counts.
    expect(await send(other)).toMatchObject({ entry: { seq: 1 } })
    expect(await send(other)).toMatchObject({ code: 'rate_limited' })
  })

  it('[RATE-6] counts an edit like a message', async () => {
    const conversation = await aConversation()
    const unheard = {
      poster: {
        post: async () => 'delivered' as const,
        close: async () => undefined,
        exists: async () => true,
      },
      tasks: { send: async () => undefined },
      report: () => undefined,
      audit: () => undefined,
      features: { presence: false, typing: false },
    }
    const counts = { ...connections, ...uncounted().connections }
    const stores = { connections: counts, register, subscriptions, conversations, log, presence, users }
    const deps = {
      ...stores,
      ...unheard,
      memory: newMemory(),
      rates,
      retentionMs: Number.POSITIVE_INFINITY,
      now: () => now,
      newId: id,
    }
    const edit = async (content: string) =>
      await editMessage(deps, { conversation, seq: 1, user: 'ada' }, { content })
    await log.append(conversation, entry(1), 'h')
    for (let n = 0; n < rates.messages.burst; n++) await edit(`edit ${n}`)
    await expect(edit('one more')).rejects.toMatchObject({ code: 'rate_limited' })
    expect(await log.entry(conversation, 1)).toMatchObject({ content: 'edit 9' })
  })

  it('[SEND-2] is not blocked by a writer that took a turn and crashed', async () => {
    const conversation = await aConversation()
    await log.takeTurn(conversation, 1)
    for (const content of ['one', 'two']) {
      const head = await conversations.head(conversation)
      if (!head) throw new Error('no head')
      await commit(
        { ...uncounted(), conversations, log, rates: defaultRates, now: Date.now, newId: id },
        head,
        {
          sender: 'ada',
          content,
        },
      )
    }
    const head = await conversations.head(conversation)
    expect(head?.last).toMatchObject({ seq: 2, content: 'two' })
    // The first of the two waited for the crashed writer; the second did not have to.
    expect(head?.turnsIssued).toBe(head?.last?.turn)
  })

  it('[REST-5] reads ranges in order, up to the limit', async () => {
    const conversation = await aConversation()
    for (let seq = 1; seq <= 12; seq++) await log.append(conversation, entry(seq), 'h')
    const seqs = (entries: readonly Entry[]) => entries.map(({ seq }) => seq)
    expect(seqs(await log.after(conversation, 9, 10))).toEqual([10, 11, 12])
    expect(seqs(await log.after(conversation, 0, 3))).toEqual([1, 2, 3])
    expect(seqs(await log.before(conversation, 11, 3))).toEqual([8, 9, 10])
    expect(await log.after(conversation, Number.MAX_SAFE_INTEGER - 1, 3)).toEqual([])
    expect(await log.before(conversation, 1, 3)).toEqual([])
  })

  it('returns an entry exactly as it was stored', async () => {
    const conversation = await aConversation()
    const whole = entry(1, {
      content: '😀\u0000',
      metadata: '{"a":null}',
      clientMessageId: 'k',
      sent: new Map([['ada', 1]]),
    })
    await log.append(conversation, whole, 'h')
    expect(await log.entry(conversation, 1)).toEqual(whole)
  })
})

describe('the head of a conversation', () => {
  it.each([2, 3, 4, 5, 6, 30])('is read with %i participants', async (size) => {
    const many = Array.from({ length: size }, (_, n) => `user${n}`)
    for (const turns of [0, 1]) {
      const conversation = await aConversation(many)
      if (turns) await log.takeTurn(conversation, 1)
      expect(await conversations.head(conversation)).toMatchObject({ turnsIssued: turns })
      for (const seq of [1, 2]) await log.append(conversation, entry(seq), 'h')
      const head = await conversations.head(conversation)
      expect(head).toMatchObject({ turnsIssued: turns, last: { seq: 2 } })
      expect([...(head?.participants.keys() ?? [])].sort()).toEqual([...many].sort())
      expect(await conversations.tail(conversation)).toMatchObject({ turnsIssued: turns, last: { seq: 2 } })
    }
  })

  it('is undefined for an unknown conversation', async () => {
    expect(await conversations.head('nowhere')).toBeUndefined()
  })
})

describe('connections', () => {
  it('[CONN-3] a connection that is gone cannot authenticate, and no row is created', async () => {
    const connection = await aConnection()
    expect(await register.removeWaiting({ id: connection, openedAt: now })).toBe(true)
    const user = id()
    expect(await authenticate({ id: connection, user, since: now, tokenExpiresAt: later })).toBe(false)
    expect(await connections.find(connection)).toBeUndefined()
    expect(await connections.userConnections(user)).toEqual([])
    expect(await register.countFailure({ id: connection, openedAt: now })).toBeUndefined()
    await subscriptions.leave('c', user, connection, now)
    expect(await connections.find(connection)).toBeUndefined()
  })

  it('[OPS-10] an import removes no user, and reports each user who is an administrator no longer before it writes the next one', async () => {
    const one = { id: id(), firstname: '', lastname: '', email: '', role: 'admin' }
    const [guest, next, other] = [
      { ...one, id: id(), role: 'user' },
      { ...one, id: id() },
      { ...one, id: id() },
    ]
    await users.importUsers([one, other])
    const demoted: string[] = []
    await users.importUsers([guest, { ...one, role: 'user' }, next], undefined, async (user) => {
      demoted.push(user)
      expect(await users.find(next.id)).toBeUndefined()
    })
    expect(demoted).toEqual([one.id])
    expect(await users.find(other.id)).toEqual(other)
  })

  it('[AUTH-8] a user who is not an administrator at the time of the commit does not authenticate', async () => {
    const person = { id: id(), firstname: '', lastname: '', email: '', role: 'admin' }
    const attempt = (connection: string) =>
      authentication.bind({ id: connection, user: person.id, since: now, tokenExpiresAt: later }, now, 0)
    await users.importUsers([person])
    expect(await attempt(await aConnection())).toBe(true)
    const late = await aConnection()
    await users.importUsers([{ ...person, role: 'user' }])
    expect(await attempt(late)).toBe(false)
    await users.removeUser(person.id)
    expect(await attempt(late)).toBe(false)
    expect((await connections.find(late))?.user).toBeUndefined()
    expect(await connections.userConnections(person.id)).toHaveLength(1)
  })

  it('[AUTH-6] a connection cannot change its user', async () => {
    const connection = await aConnection('ada')
    expect(await authenticate({ id: connection, user: 'bob', since: now, tokenExpiresAt: later })).toBe(false)
    expect(await authenticate({ id: connection, user: 'ada', since: now, tokenExpiresAt: later + 1 })).toBe(
      true,
    )
    expect(await connections.find(connection)).toMatchObject({ user: 'ada', tokenExpiresAt: later + 1 })
  })

  it('[JOIN-4] [CONN-3] [AUTH-7] joining requires a participant, and an open connection of that user with an unexpired token', async () => {
    const conversation = await aConversation()
    const [mine, gone] = [await aConnection('ada'), await aConnection('ada')]
    await connections.markClosing(gone)
    expect(await subscriptions.join(conversation, 'ada', mine, later, now)).toBe('joined')
    expect(await subscriptions.join(conversation, 'eve', mine, later, now)).toBe('not_participant')
    expect(await subscriptions.join(conversation, 'ada', gone, later, now)).toBe('not_connected')
    expect(await subscriptions.join(conversation, 'ada', mine, later - 1, now)).toBe('not_connected')
    const participants = await conversations.participants(conversation)
    expect([...(participants.get('ada')?.joined ?? [])]).toEqual([[mine, later]])
    expect(participants.has('eve')).toBe(false)
  })

  it('[RATE-1] a connection may send a burst of frames at once and then twenty per second', async () => {
    const connection = await aConnection('ada')
    const frame = (at: number) => connections.admit(connection, rates.frames, at)
    for (let n = 0; n < rates.frames.burst; n++)
      expect(await frame(now)).toMatchObject({ outcome: 'admitted' })
    expect(await frame(now)).toEqual({ outcome: 'too_fast', waitMs: 50 })
    expect(await frame(now + 50)).toMatchObject({ outcome: 'admitted', connection: { user: 'ada' } })
    expect(await frame(now + 50)).toMatchObject({ outcome: 'too_fast' })
    expect(await frame(now + 60_000)).toMatchObject({ outcome: 'admitted' })
    await connections.markClosing(connection)
    expect(await frame(now + 60_000)).toEqual({ outcome: 'unknown' })
    expect(await connections.admit('never=', rates.frames, now)).toEqual({ outcome: 'unknown' })
  })

  it('[RATE-1] [TYPING-4] functions whose clocks are 20 s apart refuse no frame of a slow client', async () => {
    const connection = await aConnection('ada')
    for (let n = 0; n < 20; n++) {
      const at = now + n * 1000 + (n % 2 === 0 ? 20_000 : 0)
      expect(await connections.admit(connection, defaultRates.frames, at)).toMatchObject({
        outcome: 'admitted',
      })
      expect(
        await connections.admitPaced(connection, defaultRates.frames, typingRate, at + 500),
      ).toMatchObject({ outcome: 'admitted', paced: true })
    }
  })

  it('[RATE-1] frames of one connection that two containers handle in turn are counted together', async () => {
    const connection = await aConnection('ada')
    const containers = [newMemory(), newMemory()]
    const frame = (n: number, at: number) =>
      connections.admit(connection, defaultRates.frames, at, containers[n % 2]?.rateStates)
    for (let n = 0; n < 200; n++) expect(await frame(n, now)).toMatchObject({ outcome: 'admitted' })
    for (const n of [0, 1]) expect(await frame(n, now)).toEqual({ outcome: 'too_fast', waitMs: 50 })
    expect(await frame(0, now + 50)).toMatchObject({ outcome: 'admitted' })
    expect(await frame(1, now + 50)).toEqual({ outcome: 'too_fast', waitMs: 50 })
  })

  it('[RATE-7] a frame that costs as much as several pays for all of them, or is refused', async () => {
    const connection = await aConnection('ada')
    const { frames } = defaultRates
    const ping = async (at: number) => {
      const { outcome } = await connections.admit(connection, frames, at)
      return outcome === 'admitted' ? await connections.charge(connection, 10, frames, at) : outcome
    }
    const paid = []
    for (let n = 0; n < 19; n++) paid.push(await ping(now))
    // Eighteen pings of eleven frames each are 198 of the 200 frames of a burst.
    expect(paid).toEqual([...Array(18).fill(0), 500])
    expect(await ping(now + 500)).toBe(0)
    expect(await connections.charge('never=', 10, frames, now)).toBe(0)
  })

  it('[RATE-7] even a ping that costs more than a whole burst is answered when the connection has been idle', async () => {
    const connection = await aConnection('ada')
    const small = { perSecond: 1, burst: 3 }
    await connections.admit(connection, small, now)
    expect(await connections.charge(connection, 10, small, now)).toBe(0)
    expect(await connections.admit(connection, small, now + 1000)).toMatchObject({ outcome: 'too_fast' })
  })

  it('[RATE-3] counts only the refusals that a client did not wait for, and forgets them after a minute', async () => {
    const connection = await aConnection('ada')
    const strike = (at: number) => connections.strike(connection, at, 50)
    expect(await strike(now)).toBe(1)
    for (let n = 2; n < 10; n++) expect(await strike(now + n)).toBe(n)
    // The client obeys from now on, for longer than a minute.
    for (let at = now + 60; at < now + 70_000; at += 10_000) expect(await strike(at)).toBeLessThan(10)
    expect(await strike(now + 130_001)).toBe(1)
    expect(await strike(now + 130_002)).toBe(2)
    await connections.markClosing(connection)
    expect(await strike(now + 130_003)).toBe(0)
  })

  it('[LEAVE-3] a leave undoes no join that was received after it or in the same millisecond, in either order of handling', async () => {
    const conversation = await aConversation(['ada'])
    const frames = { 1: 'join', 2: 'leave', 3: 'join' } as const
    const handle = async (connection: string, at: 1 | 2 | 3, time: number) =>
      frames[at] === 'join'
        ? void (await subscriptions.join(conversation, 'ada', connection, later, time))
        : await subscriptions.leave(conversation, 'ada', connection, time)
    const orders = [
      [1, 2, 3],
      [1, 3, 2],
      [2, 1, 3],
      [2, 3, 1],
      [3, 1, 2],
      [3, 2, 1],
    ] as const
    for (const order of orders) {
      for (const isTied of [false, true]) {
        const connection = await aConnection('ada')
        for (const frame of order) await handle(connection, frame, isTied ? now : now + frame)
        const participant = await conversations.participant(conversation, 'ada')
        expect(participant?.joined.has(connection), order.join()).toBe(true)
        expect((await connections.find(connection))?.joined.has(conversation)).toBe(true)
        await subscriptions.leave(conversation, 'ada', connection, now + 10)
        expect((await conversations.participant(conversation, 'ada'))?.joined.has(connection)).toBe(false)
      }
    }
  })

  it('[TYPING-4] typing has its own rate, and counts as a frame even if it is dropped', async () => {
    const connection = await aConnection('ada')
    const { frames } = rates
    const type = async (at: number) => {
      const admission = await connections.admitPaced(connection, frames, typingRate, at)
      return admission.outcome === 'admitted' ? admission.paced : admission.outcome
    }
    const passedOn = async (times: number, at: number) => {
      let count = 0
      for (let n = 0; n < times; n++) if ((await type(at)) === true) count++
      return count
    }
    expect(await passedOn(10, now)).toBe(5)
    expect(await passedOn(2, now + 1000)).toBe(1)
    await connections.admit(connection, frames, now + 60_000)
    // By now, frames are ahead of their rate, but typing is not.
    expect(await passedOn(10, now + 60_000)).toBe(5)
    // One frame, and ten of typing, of twenty.
    for (let n = 0; n < 9; n++) await connections.admit(connection, frames, now + 60_000)
    expect(await type(now + 60_000)).toBe('too_fast')
    await connections.markClosing(connection)
    expect(await type(now + 120_000)).toBe('unknown')
  })

  it('[JOIN-6] a connection joins at most a hundred conversations', async () => {
    const connection = await aConnection('ada')
    await db.send(
      new UpdateCommand({
        TableName: tables.connections,
        Key: connectionKey(connection),
        UpdateExpression: 'ADD joined :others',
        ExpressionAttributeValues: { ':others': new Set(Array.from({ length: 98 }, id)) },
      }),
    )
    const [first, last, next] = await Promise.all([1, 2, 3].map(() => aConversation(['ada'])))
    const join = (conversation = '') => subscriptions.join(conversation, 'ada', connection, later, now)
    expect([await join(first), await join(last)]).toEqual(['joined', 'joined'])
    expect((await connections.find(connection))?.joined.size).toBe(100)
    expect(await join(next)).toBe('not_connected')
    expect(await join(first)).toBe('joined')
  })

  it('[LEAVE-1] [AUTH-7] leaving and renewing affect only joined conversations', async () => {
    const conversation = await aConversation()
    const [mine, other] = [await aConnection('ada'), await aConnection('ada')]
    await subscriptions.join(conversation, 'ada', mine, later, now)
    await subscriptions.renew(conversation, 'ada', mine, later + 5)
    for (const connection of [mine, other]) {
      await authenticate({ id: connection, user: 'ada', since: now, tokenExpiresAt: later + 5 })
      await subscriptions.renew(conversation, 'ada', connection, later + 5)
    }
    // An older renewal that arrives late does not overwrite the newer expiry.
    await subscriptions.renew(conversation, 'ada', mine, later + 1)
    await subscriptions.leave(conversation, 'ada', other, now)
    await subscriptions.leave('nowhere', 'ada', mine, now)
    expect([...((await conversations.participants(conversation)).get('ada')?.joined ?? [])]).toEqual([
      [mine, later + 5],
    ])
  })
})

describe('users', () => {
  it('are found in any number, and listed without a scan', async () => {
    const many = Array.from({ length: 101 }, () => ({
      id: `u-${id()}`,
      firstname: 'U',
      lastname: 'Ser',
      email: 'u@example.org',
      role: 'admin',
    }))
    await users.importUsers(many)
    const found = await users.findAll([...many.map((user) => user.id), 'nobody'])
    // One more than a batch can hold.
    expect(found.size).toBe(101)
    expect(await users.listUsers()).toEqual(expect.arrayContaining(many))
    for (const user of many.slice(0, 3)) await users.removeUser(user.id)
    expect((await users.findAll(many.map((user) => user.id))).size).toBe(98)
  })
})

describe('invitations', () => {
  const invitation = (from: string, to: string) => ({
    id: id(),
    from,
    to,
    message: '',
    status: 'pending' as const,
    createdAt: new Date(now).toISOString(),
  })

  it('[INV-2] [INV-7] two users have at most one open invitation, and its first answer wins', async () => {
    const [ada, bob] = [id(), id()]
    const first = invitation(ada, bob)
    expect(await invitations.create(first, unlimited)).toBe(true)
    expect(await invitations.create(invitation(bob, ada), unlimited)).toBe(false)
    const stored = await invitations.find(first.id)
    if (!stored) throw new Error('the invitation is missing')
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, n) =>
        n % 2 ? invitations.end(stored, 'rejected') : invitations.accept(stored, id(), stored.createdAt),
      ),
    )
    expect(answers.filter(Boolean)).toHaveLength(1)
    const answered = await invitations.find(first.id)
    const bond = await invitations.bond(ada, bob)
    if (answered?.status === 'accepted') {
      expect(bond).toMatchObject({ conversation: answered.conversation })
      expect(await conversations.ofUser(ada)).toMatchObject([{ id: answered.conversation }])
    } else expect(bond).toBeUndefined()
    expect(await invitations.receivedBy(bob, 10)).toEqual([])
    expect((await invitations.sentBy(ada)).listed).toEqual([])
  })
})
