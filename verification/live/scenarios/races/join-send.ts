import { Ledger } from '../../../model/ledger.ts'
import { inLanes, pause, range, until } from '../../async.ts'
import { Client } from '../../client/client.ts'
import { judge } from '../../verdict.ts'
import { MAX_HEAD_START_MS, type Race, timing } from './race.ts'

/** Long enough for cold functions. Nothing repairs a lost message, so waiting cannot hide a bug. */
const TIMEOUT_MS = 15_000
/** Every tenth join uses a new connection; the others reuse one that has left the conversation. */
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
  const racers = pairs.map(([id, one, other]) => {
    // Careless clients, so that only the join itself or a push can deliver a message.
    const options = { conversations: [id], joinsManually: true, careless: true, timing }
    const client = (user: string) =>
      new Client({ ...options, user, name: `${user}-send` }, chat, ledger, random)
    return { id, sender: client(one), joiner: client(other) }
  })
  const clients = racers.flatMap(({ sender, joiner }) => [sender, joiner])
  for (const client of clients) client.start()
  if (!(await until(() => clients.every(({ authenticated }) => authenticated), 20_000))) {
    trial.fail('not all clients could authenticate')
  }

  let pushed = 0
  let done = 0
  await inLanes(range(rounds), lanes, async (round, lane) => {
    const { id, sender, joiner } = racers[lane] ?? {}
    if (!id || !sender || !joiner) throw new Error(`lane ${lane} does not exist`)
    if (round % RECONNECT_EVERY === 0) joiner.socket.drop()
    else if (joiner.joined.has(id)) joiner.leave(id)
    if (!(await until(() => joiner.authenticated && !joiner.joined.has(id), 20_000, 1))) {
      trial.fail(`${joiner.options.name} could not leave ${id}`)
    }
    const delays = [random.below(MAX_HEAD_START_MS), random.below(MAX_HEAD_START_MS)] as const
    const joining = pause(delays[0]).then(() => joiner.fetch(id))
    const sent = pause(delays[1]).then(() => sender.outbox.send(id, `${sender.options.name}-${round}`, 'now'))
    const [seq = 0] = await Promise.all([sent, joining])
    const view = joiner.views.get(id)
    const hasMessage = () => joiner.joined.has(id) && (view?.held ?? 0) >= seq
    if (!(await until(hasMessage, TIMEOUT_MS, 1))) {
      history.violate('unseen', `${joiner.options.name} joined ${id} and did not get ${seq}`, [id])
    }
    if (joiner.pushed === seq) pushed++
    trial.progress(`${++done} of ${rounds} joins during a send`)
  })
  trial.figure(
    `${rounds} × join ∥ send: ${pushed} messages had been pushed by the time of the join, ` +
      `${rounds - pushed} came with the page alone`,
  )
  judge(trial, ledger, await database.readRows(conversations), clients)
  for (const client of clients) client.stop()
}
