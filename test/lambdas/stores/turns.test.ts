import { randomBytes } from 'node:crypto'
import { PutCommand } from '@aws-sdk/lib-dynamodb'
import { describe, expect, it } from 'vitest'
import { claim, commit } from '../../../lambdas/chat/entries/commit.ts'
import { newConversationRows } from '../../../lambdas/stores/conversation-rows.ts'
import { ChatError } from '../../../protocol/errors.ts'
import { defaultRates } from '../../../protocol/limits.ts'
import { openStores, uncounted } from '../../support/stores.ts'

const { db, tables, conversations, log, memberships } = openStores()
const newId = () => randomBytes(17).toString('base64url').slice(0, 22)
/** How many writers may wait at once. */
const WAITING = 16
const busy = { code: 'unavailable', retryAfterMs: expect.any(Number) }

/**
 * A group of three with one message, in which that many writers have taken a turn and not written yet.
 *
 * @param now by default, time stands still
 */
async function aBusyGroup(waiting: number, now: () => number = standingStill()) {
  const id = newId()
  const createdAt = new Date(now()).toISOString()
  for (const Item of newConversationRows(id, ['ada', 'bob', 'cyd'], createdAt, { creator: 'ada' })) {
    await db.send(new PutCommand({ TableName: tables.conversations, Item }))
  }
  const deps = { ...uncounted(), conversations, log, rates: defaultRates, now, newId }
  const head = async () => {
    const found = await conversations.head(id)
    if (!found) throw new Error('no head')
    return found
  }
  const send = async (content: string, rest: Partial<typeof deps> = {}) => {
    const draft = { sender: 'ada', content, clientMessageId: content }
    return await commit({ ...deps, ...rest }, await head(), draft)
  }
  await send('first')
  for (let turn = 1; turn <= waiting; turn++) await log.takeTurn(id, turn)
  return { id, deps, head, send }
}

function standingStill(): () => number {
  const at = Date.now()
  return () => at
}

/** A clock that advances whenever it is read. */
function advancing(stepMs: number): () => number {
  let at = Date.now()
  return () => {
    at += stepMs
    return at
  }
}

describe('a writer in a busy conversation', () => {
  it('[TURN-1] is refused at once and takes no turn while sixteen others are waiting', async () => {
    const { send, head } = await aBusyGroup(WAITING)
    await expect(send('one more')).rejects.toMatchObject(busy)
    expect(await head()).toMatchObject({ turnsIssued: WAITING, last: { seq: 1 } })
  })

  it('[TURN-1] takes no turn if another writer takes the last of sixteen turns in the meantime', async () => {
    const { id, deps, head } = await aBusyGroup(WAITING - 1)
    const before = await head()
    await log.takeTurn(id, WAITING)
    const draft = { sender: 'ada', content: 'one more' }
    await expect(commit(deps, before, draft)).rejects.toMatchObject(busy)
    expect(await head()).toMatchObject({ turnsIssued: WAITING })
  })

  it('[TURN-1] gets a retry_after_ms of half a second to a second', async () => {
    const { send } = await aBusyGroup(WAITING)
    const error = await send('one more').catch((refusal: unknown) => refusal)
    const { retryAfterMs = 0 } = error as ChatError
    expect(retryAfterMs).toBeGreaterThanOrEqual(500)
    expect(retryAfterMs).toBeLessThanOrEqual(1000)
  })

  it('[TURN-1] gives up after half a second if other writers are always faster', async () => {
    const { send } = await aBusyGroup(0)
    let attempts = 0
    const append = async () => {
      attempts += 1
      return 'taken' as const
    }
    const now = advancing(10)
    const deadline = now() + 500
    await expect(send('late', { log: { ...log, append }, now })).rejects.toMatchObject(busy)
    const lateMs = now() - deadline
    expect(lateMs).toBeGreaterThanOrEqual(0)
    expect(lateMs).toBeLessThanOrEqual(100)
    expect(attempts).toBeGreaterThan(1)
  })

  it('[TURN-1] [SEND-3] still gets the answer to a repeated send', async () => {
    const { send } = await aBusyGroup(WAITING)
    expect(await send('first')).toMatchObject({ duplicate: true, entry: { seq: 1 } })
  })

  it('[TURN-1] [RATE-2] takes no turn if it is over its rate', async () => {
    const { send, head } = await aBusyGroup(1)
    const rates = { ...defaultRates, messages: { perSecond: 0.001, burst: 1 } }
    await expect(send('too soon', { rates })).rejects.toMatchObject({ code: 'rate_limited' })
    expect(await head()).toMatchObject({ turnsIssued: 1 })
  })

  it('[TURN-1] does not wait for writers that gave up their turns more than a second ago', async () => {
    const { send, head } = await aBusyGroup(WAITING)
    const later = () => Date.now() + 1500
    expect(await send('next', { now: later })).toMatchObject({ entry: { seq: 2, turn: WAITING } })
    expect(await head()).toMatchObject({ turnsIssued: WAITING, last: { turn: WAITING } })
  })

  it('[TURN-2] waits for its turn when its user leaves, even if sixteen others are waiting', async () => {
    const { id, deps, head } = await aBusyGroup(WAITING, advancing(30))
    const newEntry = { kind: 'participant_left' as const, sender: 'cyd' }
    const left = await claim(deps, await head(), newEntry, (entry, { participants }) =>
      memberships.leave(id, entry, participants),
    )
    expect(left).toMatchObject({ entry: { seq: 2, turn: WAITING + 1 } })
  })
})

it('[TURN-1] [SEND-2] [SEND-3] the messages of many concurrent writers who send again are stored once each, without gaps', async () => {
  const { id, send } = await aBusyGroup(0, Date.now)
  const untilStored = async (content: string): Promise<boolean> => {
    try {
      return (await send(content)).duplicate
    } catch (error) {
      // Again at once, which is the worst case: a client waits as long as it is told to.
      if (!(error instanceof ChatError) || error.code !== 'unavailable') throw error
      return await untilStored(content)
    }
  }
  const contents = Array.from({ length: 24 }, (_, n) => `message ${n % 20}`)
  const duplicates = await Promise.all(contents.map(untilStored))
  expect(duplicates.filter(Boolean)).toHaveLength(4)
  const stored = await log.after(id, 1, 100)
  expect(stored.map(({ seq }) => seq)).toEqual(Array.from({ length: 20 }, (_, n) => n + 2))
  expect(new Set(stored.map((entry) => entry.kind === 'message' && entry.content)).size).toBe(20)
})
