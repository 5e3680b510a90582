import { expect, it } from 'vitest'
import { draftHash } from '../../../../lambdas/chat/entries/message.ts'
import { sendOverSocket } from '../../../../lambdas/chat/messages/send.ts'
import type { AppendOutcome, ConversationHead, MessageEntry, Participant } from '../../../../lambdas/model.ts'
import type { ChatError } from '../../../../protocol/errors.ts'
import { frameOn } from '../../../support/frames.ts'
import { aMockedChat, later, noon } from '../../../support/mocked.ts'

const createdAt = new Date(noon).toISOString()
const stored: MessageEntry = { kind: 'message', id: '1-x', seq: 1, sender: 'ada', content: 'hi', createdAt }
const participant = (user: string): [string, Participant] => [
  user,
  { user, joined: new Map(), readSeq: 0, readOthers: 0 },
]

interface Surroundings {
  readonly head?: Partial<ConversationHead>
  /** What becomes of each attempt to store the message. @default stored */
  readonly append?: AppendOutcome
  /** When the user can send again, by what the container has counted. */
  readonly arrival?: number
  /** Whether the container knows whose connection it is. */
  readonly isKnown?: boolean
}

/** A connection of ada, who is in a group of twenty. Time passes whenever the clock is read. */
function aConnection({ head: changes, append = 'stored', arrival, isKnown = false }: Surroundings) {
  const { deps: mocked } = aMockedChat()
  const participants = new Map(['ada', ...Array.from({ length: 19 }, (_, n) => `user${n}`)].map(participant))
  const head = { id: 'c', createdAt, turnsIssued: 0, last: stored, participants, ...changes }
  const row = { id: 'a1', user: 'ada', joined: new Set<string>(), openedAt: noon, heardAt: noon }
  const connection = { ...row, tokenExpiresAt: later }
  const counted: number[] = []
  let now = noon
  const deps = {
    ...mocked,
    now: () => (now += 1),
    conversations: {
      ...mocked.conversations,
      head: async (id: string) => (id === 'c' ? head : undefined),
      tail: async () => head,
    },
    log: {
      ...mocked.log,
      entry: async () => stored,
      sent: async () => undefined,
      takeTurn: async () => 1,
      append: async () => append,
    },
    connections: {
      ...mocked.connections,
      find: async () => connection,
      userConnectionsOf: async () => [],
      async admit(id: string, _rate: unknown, _now: unknown, _seen?: unknown, cost = 1) {
        if (id === connection.id) counted.push(cost)
        return { outcome: 'admitted' as const, connection }
      },
    },
  }
  if (isKnown) deps.memory.users.set(connection.id, 'ada')
  if (arrival !== undefined) deps.memory.senders.set('ada', { arrival, pending: 0, since: noon })
  return {
    /** Sends, and resolves with the outcome and with the frames as which it was counted. */
    async send(frame: object) {
      let outcome: string | undefined
      const acknowledge = async ({ duplicate }: { readonly duplicate?: true | undefined }) => {
        outcome = duplicate ? 'duplicate' : 'sent'
      }
      const message = { content: 'hi' }
      const send = { type: 'send_message', conversation_id: 'c', client_message_id: 'key', message } as const
      try {
        await sendOverSocket(deps, frameOn(connection.id, noon), { ...send, ...frame }, acknowledge)
      } catch (error) {
        outcome = (error as ChatError).code
      }
      return { outcome, frames: counted.reduce((sum, cost) => sum + cost, 0) }
    },
  }
}

const hash = draftHash({ content: 'hi' }, undefined)
/** What a send costs in a group of twenty that tries to write and stores nothing. */
const UNSTORED = 5

it.each<[what: string, outcome: string, frames: number, Surroundings, frame?: object]>([
  ['that is stored', 'sent', 0, {}],
  ['that is repeated', 'duplicate', UNSTORED, { append: { seq: 1, hash } }],
  ['in conflict with another', 'idempotency_conflict', UNSTORED, { append: { seq: 1, hash: 'other' } }],
  ['over the message rate', 'rate_limited', UNSTORED, { arrival: later }],
  [
    'over the message rate of the conversation',
    'rate_limited',
    UNSTORED,
    { head: { last: { ...stored, paid: new Map([['ada', later]]) } } },
  ],
  ['that finds sixteen writers waiting', 'unavailable', 1, { head: { turnsIssued: 16 } }],
  ['whose turn does not come', 'unavailable', 1, { append: 'taken' }],
  ['to an unknown conversation', 'not_found', 2, {}, { conversation_id: 'other' }],
  ['to a conversation of others', 'not_found', 2, { head: { participants: new Map() } }],
  ['with a foreign sender', 'forbidden', 2, {}, { sender_id: 'bob' }],
  ['with a sender known to be foreign', 'forbidden', 1, { isKnown: true }, { sender_id: 'bob' }],
])(
  '[RATE-8] a send %s ends with "%s" and counts as %i',
  async (_what, outcome, frames, surroundings, frame = {}) => {
    expect(await aConnection(surroundings).send(frame)).toEqual({ outcome, frames })
  },
)
