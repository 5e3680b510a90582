import { inLanes, pause } from '../../async.ts'
import { callRest, isRetryable, type RestAnswer } from '../../client/rest.ts'
import { MAX_HEAD_START_MS, type Race } from './race.ts'

/** Accepts and rejects an invitation in parallel. One call must succeed, and the other must get a conflict. */
export async function acceptOrReject(
  { trial, chat, database, users, lanes }: Race,
  rounds: number,
): Promise<void> {
  const { random } = trial
  const pairs = users.flatMap((from, index) => users.slice(index + 1).map((to) => [from, to] as const))
  const before = await countMemberships()
  let accepted = 0
  let done = 0
  await inLanes(pairs.slice(0, rounds), lanes, async ([from, to]) => {
    const call = async (user: string, method: string, path: string, body: object): Promise<RestAnswer> => {
      for (;;) {
        const answer = await callRest(chat, user, method, path, body)
        if (!isRetryable(answer)) return answer
        await pause(random.below(200))
      }
    }
    const invited = await call(from, 'POST', '/invitations', { to_user_id: to })
    const { invitation_id } = (invited.body['data'] ?? {}) as { readonly invitation_id?: string }
    const respond = async (action: 'accept' | 'reject') => {
      await pause(random.below(MAX_HEAD_START_MS))
      return await call(to, 'PUT', `/invitations/${invitation_id}/respond`, { action })
    }
    const [accept, reject] = await Promise.all([respond('accept'), respond('reject')])
    const won = accept.status === 200 ? 'accept' : 'reject'
    const loser = won === 'accept' ? reject : accept
    const winner = won === 'accept' ? accept : reject
    if (winner.status !== 200 || loser.status !== 409 || loser.body['code'] !== 'already_answered') {
      const answers = `${accept.status} to accept, ${reject.status} ${String(reject.body['code'])} to reject`
      trial.fail(`the invitation of ${to} by ${from} got ${answers}`)
    }
    const repeated = await respond(won)
    if (withoutPresence(repeated) !== withoutPresence(winner)) {
      trial.fail(`repeating ${won} to ${from} got ${repeated.status} ${JSON.stringify(repeated.body)}`)
    }
    if (won === 'accept') accepted++
    trial.progress(`${++done} of ${rounds} invitations accepted and rejected in parallel`)
  })
  const created = ((await countMemberships()) - before) / 2
  if (created !== accepted) {
    trial.fail(`${accepted} invitations were accepted, but ${created} conversations created`)
  }
  trial.figure(
    `${done} × accept ∥ reject: ${accepted} accepted, ${done - accepted} rejected, ${created} conversations created`,
  )

  async function countMemberships(): Promise<number> {
    const counts = users.map((user) => database.count(chat.tables.conversations, `USER#${user}`, 'CONV#'))
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0)
  }
}

/** Serializes an answer without presence, which may change between an answer and its repetition. */
function withoutPresence({ status, body }: RestAnswer): string {
  const presence = ['is_online', 'last_seen']
  return `${status} ${JSON.stringify(body, (key, value) => (presence.includes(key) ? undefined : value))}`
}
