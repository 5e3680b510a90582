import { Record } from '../../../model/record.ts'
import { Client } from '../../client/client.ts'
import { judge } from '../../verdict.ts'
import { inLanes, pause, range, until } from '../../waiting.ts'
import { HEADSTART, pace, type Race } from './race.ts'

/** Milliseconds. Nothing repairs a lost message meanwhile, so that patience hides none; the first functions start cold. */
const WITHIN = 15_000
/** Every so many joins come from a new connection, the others from one that had left. */
const FRESH = 10

/** One joins with `after_seq` while the other sends: the page or a push must bring the message. */
export async function joinAndSend(
  { trial, chat, engine, users, lanes }: Race,
  rounds: number,
): Promise<void> {
  const { random, history } = trial
  const pairs = range(lanes).map((n) => [`send${n}`, users[2 * n] ?? '', users[2 * n + 1] ?? ''] as const)
  const conversations = new Map(pairs.map(([id, ...pair]) => [id, new Set(pair)]))
  await engine.make(conversations)
  const record = new Record(history, conversations)
  const made = pairs.map(([id, one, other]) => {
    // Careless, so that nothing but the join itself and a push can bring a message.
    const options = { conversations: [id], joinsWhenTold: true, careless: true, pace }
    const client = (user: string) =>
      new Client({ ...options, user, name: `${user}-send` }, chat, record, random)
    return { id, sender: client(one), joiner: client(other) }
  })
  const all = made.flatMap(({ sender, joiner }) => [sender, joiner])
  for (const client of all) client.start()
  if (!(await until(() => all.every(({ authenticated }) => authenticated), 20_000))) {
    trial.fail('not everybody could begin')
  }

  let pushed = 0
  let done = 0
  await inLanes(range(rounds), lanes, async (round, lane) => {
    const { id, sender, joiner } = made[lane] ?? {}
    if (!id || !sender || !joiner) throw new Error(`there is no lane ${lane}`)
    if (round % FRESH === 0) joiner.line.drop()
    else if (joiner.joined.has(id)) joiner.leave(id)
    if (!(await until(() => joiner.authenticated && !joiner.joined.has(id), 20_000, 1))) {
      trial.fail(`${joiner.options.name} could not leave ${id}`)
    }
    const delays = [random.below(HEADSTART), random.below(HEADSTART)] as const
    const joining = pause(delays[0]).then(() => joiner.fetch(id))
    const sent = pause(delays[1]).then(() => sender.outbox.send(id, `${sender.options.name}-${round}`, 'now'))
    const [seq = 0] = await Promise.all([sent, joining])
    const view = joiner.views.get(id)
    const has = () => joiner.joined.has(id) && (view?.held ?? 0) >= seq
    if (!(await until(has, WITHIN, 1))) {
      history.violate('unseen', `${joiner.options.name} joined ${id} and did not get ${seq}`, [id])
    }
    if (joiner.pushed === seq) pushed++
    trial.progress(`${++done} of ${rounds} joins at the moment of a send`)
  })
  trial.figure(
    `${rounds} × join ∥ send: ${pushed} had the message as a push by the time they had joined, ` +
      `${rounds - pushed} from the page alone`,
  )
  judge(trial, record, await engine.rows(conversations), all)
  for (const client of all) client.stop()
}
