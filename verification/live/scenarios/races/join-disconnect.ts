import { Ledger } from '../../../model/ledger.ts'
import { inLanes, pause, range, until } from '../../async.ts'
import { Client } from '../../client/client.ts'
import { groupsOf } from '../../crowd.ts'
import { waitForCleanup } from '../../verdict.ts'
import { type Race, timing } from './race.ts'

const CLEANUP_TIMEOUT_MS = 30_000
/** The longest time from the join to the cut: about as long as a join takes, so that some cuts follow it. */
const MAX_CUT_DELAY_MS = 300

/** Cuts connections during a join: once every `$disconnect` has run, none of their rows may be left. */
export async function joinAndDisconnect(
  { trial, chat, database, users, lanes }: Race,
  rounds: number,
): Promise<void> {
  const { random, history } = trial
  // Unique ids, so that all races can share one database.
  const conversations = new Map([...groupsOf(users, 4)].map(([id, members]) => [`cut-${id}`, members]))
  await database.createConversations(conversations)
  const ledger = new Ledger(history, conversations)
  const ids = [...conversations.keys()]
  let answered = 0
  let done = 0
  await inLanes(range(rounds), lanes, async (round) => {
    const id = random.pick(ids)
    const user = random.pick([...(conversations.get(id) ?? [])])
    const options = { user, name: `${user}-cut${round}`, conversations: [id], joinsManually: true, timing }
    const client = new Client(options, chat, ledger, random)
    client.start()
    if (!(await until(() => client.authenticated, 30_000, 1)))
      trial.fail(`${client.options.name} could not authenticate`)
    client.fetch(id)
    await pause(random.below(MAX_CUT_DELAY_MS))
    if (client.joined.has(id)) answered++
    client.stop()
    trial.progress(`${++done} of ${rounds} connections cut during a join`)
  })
  const left = await waitForCleanup(trial, database, ledger, [], CLEANUP_TIMEOUT_MS)
  trial.figure(
    `${rounds} × join ∥ disconnect: ${answered} joins were answered before the cut; ${left} rows left`,
  )
}
