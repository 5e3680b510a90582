import { Record } from '../../../model/record.ts'
import { Client } from '../../client/client.ts'
import { groups } from '../../crowd.ts'
import { tidied } from '../../verdict.ts'
import { inLanes, pause, range, until } from '../../waiting.ts'
import { pace, type Race } from './race.ts'

const GONE_WITHIN = 30_000
/** Milliseconds from the join to the cut: about as long as a join takes, so that some cuts come after its answer. */
const CUT_WITHIN = 300

/** A connection is cut while its join is under way: when every `$disconnect` has run, no row may be left of it. */
export async function joinAndDisconnect(
  { trial, chat, engine, users, lanes }: Race,
  rounds: number,
): Promise<void> {
  const { random, history } = trial
  // Otherwise called than those of other races, so that both can stand in one database.
  const conversations = new Map([...groups(users, 4)].map(([id, members]) => [`cut-${id}`, members]))
  await engine.make(conversations)
  const record = new Record(history, conversations)
  const ids = [...conversations.keys()]
  let answered = 0
  let done = 0
  await inLanes(range(rounds), lanes, async (round) => {
    const id = random.pick(ids)
    const user = random.pick([...(conversations.get(id) ?? [])])
    const options = { user, name: `${user}-cut${round}`, conversations: [id], joinsWhenTold: true, pace }
    const client = new Client(options, chat, record, random)
    client.start()
    if (!(await until(() => client.authenticated, 30_000, 1)))
      trial.fail(`${client.options.name} could not begin`)
    client.fetch(id)
    await pause(random.below(CUT_WITHIN))
    if (client.joined.has(id)) answered++
    client.stop()
    trial.progress(`${++done} of ${rounds} connections cut while they joined`)
  })
  const left = await tidied(trial, engine, record, new Map(), GONE_WITHIN)
  trial.figure(
    `${rounds} × join ∥ disconnect: ${answered} joins were answered before the cut; ${left} rows left`,
  )
}
