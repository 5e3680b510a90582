import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { pause } from '../../../../lambdas/async.ts'
import { depart } from '../../../../lambdas/chat/conversations/depart.ts'
import { joinGroup } from '../../../../lambdas/chat/conversations/join-group.ts'
import { setOwner } from '../../../../lambdas/chat/conversations/set-owner.ts'
import { commit } from '../../../../lambdas/chat/entries/commit.ts'
import { deleteMessage, editMessage } from '../../../../lambdas/chat/messages/edit.ts'
import type {
  ConversationHead,
  GroupInvitation,
  MessageEntry,
  Participant,
} from '../../../../lambdas/model.ts'
import { aMockedChat, later, noon } from '../../../support/mocked.ts'

/** What an attempt to write takes. */
const WRITE_MS = 10
/** How often a turn is served: slower than usual, but before the next writer is taken for crashed. */
const SERVICE_MS = 200

beforeEach(() => void vi.useFakeTimers({ now: noon }))
afterEach(() => void vi.useRealTimers())

const participant = (user: string): [string, Participant] => [
  user,
  { user, joined: new Map(), readSeq: 0, readOthers: 0 },
]

/**
 * A group of three in which other writers always take the slot first.
 *
 * @param waiting how many of them have taken turns before
 */
function aContestedGroup(waiting: number) {
  const { deps: quiet } = aMockedChat()
  const message: MessageEntry = {
    kind: 'message',
    id: '1-x',
    seq: 1,
    sender: 'ada',
    content: 'hi',
    createdAt: new Date(noon).toISOString(),
  }
  let taken = waiting
  const head = (): ConversationHead => {
    const turn = Math.floor((Date.now() - noon) / SERVICE_MS)
    return {
      id: 'c',
      createdAt: message.createdAt,
      group: { creator: 'ada' },
      turnsIssued: taken,
      last: { ...message, seq: 1 + turn, turn, createdAt: new Date(Date.now()).toISOString() },
      participants: new Map(['ada', 'bob', 'cyd'].map(participant)),
    }
  }
  const write = async () => {
    await pause(WRITE_MS)
    return 'taken' as const
  }
  const takeTurn = async (_id: string, lastAllowed: number) => (taken < lastAllowed ? ++taken : undefined)
  const deps = {
    ...quiet,
    now: Date.now,
    conversations: { ...quiet.conversations, head: async () => head(), tail: async () => head() },
    log: { ...quiet.log, takeTurn, entry: async () => message, append: write, update: write },
    memberships: { ...quiet.memberships, leave: write, changeOwner: write },
    invitations: { ...quiet.invitations, acceptInGroup: write },
  }
  return { deps, head: head() }
}
type Group = ReturnType<typeof aContestedGroup>

/** The code with which an action was refused, and after how long. */
async function refusalOf(group: Group, act: (group: Group) => Promise<unknown>) {
  const refused = act(group).then(
    () => undefined,
    ({ code, retryAfterMs }) => ({ code, retryAfterMs, afterMs: Date.now() - noon }),
  )
  await vi.runAllTimersAsync()
  return await refused
}

const target = { conversation: 'c', seq: 1, user: 'ada' }
const writes: [what: string, act: (group: Group) => Promise<unknown>][] = [
  ['a send', ({ deps, head }) => commit(deps, head, { sender: 'ada', content: 'late' })],
  ['an edit', ({ deps }) => editMessage(deps, target, { content: 'late' })],
  ['a deletion', ({ deps }) => deleteMessage(deps, target)],
]
const invitation: GroupInvitation = {
  id: 'i',
  from: 'ada',
  to: 'dan',
  group: { id: 'c' },
  message: '',
  status: 'pending',
  createdAt: new Date(noon).toISOString(),
  expiresAt: later,
}
const changes: typeof writes = [
  ['joining a group', ({ deps }) => joinGroup(deps, invitation)],
  ['leaving a group', ({ deps, head }) => depart(deps, head, { user: 'bob' })],
  ['removing a participant', ({ deps, head }) => depart(deps, head, { user: 'bob', removedBy: 'ada' })],
  ['changing the owner', ({ deps }) => setOwner(deps, { user: 'ada' }, 'c', 'bob')],
]
/** Refused as too busy between two times. The last attempt begins by the deadline, and takes a little longer. */
const refusedBetween = (fromMs: number, toMs: number) => ({
  code: 'unavailable',
  retryAfterMs: expect.any(Number),
  afterMs: expect.toSatisfy((ms: number) => ms >= fromMs && ms <= toMs, `is between ${fromMs} and ${toMs}`),
})

describe.each([
  ['other writers are always faster', 0],
  ['too many turns are before its own', 15],
])('a writer that waits because %s', (_why, waiting) => {
  it.each(writes)('[TURN-1] gives up %s after half a second', async (_what, act) => {
    expect(await refusalOf(aContestedGroup(waiting), act)).toEqual(refusedBetween(500, 550))
  })

  it.each(changes)('[TURN-2] gives up %s after two seconds', async (_what, act) => {
    expect(await refusalOf(aContestedGroup(waiting), act)).toEqual(refusedBetween(2000, 2050))
  })
})

describe('a writer that finds sixteen others waiting', () => {
  it.each(writes)('[TURN-1] gives up %s at once', async (_what, act) => {
    expect(await refusalOf(aContestedGroup(16), act)).toEqual(refusedBetween(0, 0))
  })

  it.each(changes)('[TURN-2] gives up %s only after two seconds', async (_what, act) => {
    expect(await refusalOf(aContestedGroup(16), act)).toEqual(refusedBetween(2000, 2050))
  })
})
