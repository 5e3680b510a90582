import type { CheckedClient } from '../../../model/checker.ts'
import type { ObservedConnection } from '../../../model/frame-checks.ts'
import { Ledger, type SeenEntry, toSeenEntry } from '../../../model/ledger.ts'
import type { Frame } from '../../../model/receive.ts'
import { inLanes, pause, range, until } from '../../async.ts'
import type { Endpoint } from '../../chat/commands.ts'
import { checkedBy, openRaw, type RawClient } from '../../client/raw-client.ts'
import { judge } from '../../verdict.ts'
import { MAX_HEAD_START_MS, type Race } from './race.ts'

/** Long enough for cold functions. Nothing repairs a lost message here, so a long wait cannot hide a bug. */
const TIMEOUT_MS = 15_000
/** Every tenth join uses a new connection; the others reuse a connection that has left the conversation. */
const RECONNECT_EVERY = 10

/** One user joins with `after_seq` while another sends: the page or a push must contain the message. */
export async function joinAndSend(
  { trial, chat, database, users, lanes }: Race,
  rounds: number,
): Promise<void> {
  const { random, history } = trial
  const pairs = range(lanes).map((n) => [`send${n}`, users[2 * n] ?? '', users[2 * n + 1] ?? ''] as const)
  const conversations = new Map(pairs.map(([id, ...pair]) => [id, new Set(pair)]))
  await database.createConversations(conversations)
  const ledger = new Ledger(history, conversations)
  const racers = await Promise.all(
    pairs.map(async ([id, sender, joiner]) => ({
      id,
      sender: await openRaw(chat, sender, checkedBy(ledger, sender)),
      joiner: createJoiner(chat, id, joiner, ledger),
    })),
  )

  let pushed = 0
  let done = 0
  await inLanes(range(rounds), lanes, async (round, lane) => {
    const { id, sender, joiner } = racers[lane] ?? {}
    if (!id || !sender || !joiner) throw new Error(`lane ${lane} does not exist`)
    if (round % RECONNECT_EVERY === 0) joiner.disconnect()
    else await joiner.leave()
    await joiner.connect()
    const delays = [random.below(MAX_HEAD_START_MS), random.below(MAX_HEAD_START_MS)] as const
    const joining = pause(delays[0]).then(joiner.join)
    const sent = pause(delays[1]).then(() => send(sender, id, `race-${round}`))
    const [seq] = await Promise.all([sent, joining])
    if (!(await until(() => joiner.has(seq), TIMEOUT_MS, 1)))
      history.violate('unseen', `${joiner.user} joined ${id} and did not get ${seq}`, [id])
    if (joiner.lastPushed() === seq) pushed++
    trial.progress(`${++done} of ${rounds} joins during a send`)
  })
  trial.figure(
    `${rounds} × join ∥ send: ${pushed} messages had been pushed by the time of the join, ` +
      `${rounds - pushed} came with the page alone`,
  )
  judge(
    trial,
    ledger,
    await database.readRows(conversations),
    racers.map(({ joiner }) => joiner.checked()),
  )
  for (const { sender, joiner } of racers) {
    sender.cut()
    joiner.disconnect()
  }
}

/** Sends a message, and resolves with its `seq`. */
async function send(client: RawClient, conversation_id: string, client_message_id: string): Promise<number> {
  const message = { content: 'now' }
  const answer = await client.ask({ type: 'send_message', conversation_id, message, client_message_id })
  if (answer?.['type'] !== 'message_sent')
    throw new Error(`${client_message_id} got ${JSON.stringify(answer)}`)
  return toSeenEntry(answer['message']).seq
}

/** A user who joins a conversation again and again, and requests no message that pages and pushes have left out. */
function createJoiner(chat: Endpoint, conversation_id: string, user: string, ledger: Ledger) {
  const { sent, received } = checkedBy(ledger, user)
  const entries = new Map<number, SeenEntry>()
  let client: RawClient | undefined
  let lastPushed = 0

  function onFrame(frame: Frame, from: ObservedConnection): void {
    received(frame, from)
    const { type, message, messages = [] } = frame
    const pushes = type === 'new_message' ? [message] : []
    const page = type === 'joined_conversation' ? (messages as readonly unknown[]) : []
    for (const entry of [...pushes, ...page].map(toSeenEntry)) entries.set(entry.seq, entry)
    for (const { seq } of pushes.map(toSeenEntry)) lastPushed = seq
  }
  async function ask(type: string, fields: Frame = {}): Promise<void> {
    const answer = await client?.ask({ type, conversation_id, ...fields })
    if (answer?.['conversation_id'] !== conversation_id)
      throw new Error(`${type} of ${user} got ${JSON.stringify(answer)}`)
  }
  return {
    user,
    has: (seq: number) => entries.has(seq),
    lastPushed: () => lastPushed,
    async connect(): Promise<void> {
      if (!client?.isOpen) client = await openRaw(chat, user, { sent, received: onFrame })
    },
    join: () => ask('join_conversation', { after_seq: Math.max(0, ...entries.keys()) }),
    leave: async () => {
      if (client?.isOpen) await ask('leave_conversation')
    },
    disconnect: () => client?.cut(),
    checked(): CheckedClient {
      const shown = [...entries.values()].sort((a, b) => a.seq - b.seq)
      const contents = new Map(shown.map(({ seq, content }) => [seq, content]))
      return {
        options: { user, name: user },
        views: new Map([[conversation_id, { shown, contents }]]),
        connection: client?.connection,
        authenticated: client?.isOpen === true,
        outbox: { isEmpty: true },
      }
    },
  }
}
