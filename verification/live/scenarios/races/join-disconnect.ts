import { Ledger } from '../../../model/ledger.ts'
import { inLanes, pause, range } from '../../async.ts'
import { checkedBy, openRaw } from '../../client/raw-client.ts'
import { groupsOf } from '../../crowd.ts'
import { waitForCleanup } from '../../verdict.ts'
import type { Race } from './race.ts'

const CLEANUP_TIMEOUT_MS = 30_000
/**
 * The longest time from sending the join to the cut. It is about as long as a join takes, so that some cuts come after
 * the join.
 */
const MAX_CUT_DELAY_MS = 300

/** Cuts connections during a join. Once every `$disconnect` has run, none of their rows may be left. */
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
    const { sent, received } = checkedBy(ledger, user)
    const client = await openRaw(chat, user, {
      sent,
      received(frame, from) {
        if (frame['type'] === 'joined_conversation') answered++
        received(frame, from)
      },
    })
    client.post({ type: 'join_conversation', conversation_id: id, after_seq: 0, request_id: `join ${round}` })
    await pause(random.below(MAX_CUT_DELAY_MS))
    client.cut()
    trial.progress(`${++done} of ${rounds} connections cut during a join`)
  })
  const left = await waitForCleanup(trial, database, ledger, [], CLEANUP_TIMEOUT_MS)
  trial.figure(
    `${rounds} × join ∥ disconnect: ${answered} joins were answered before the cut; ${left} rows left`,
  )
}
