import { callRest, isRetryable, type RestAnswer } from '../../client/rest.ts'
import { inLanes, pause } from '../../waiting.ts'
import { HEADSTART, type Race } from './race.ts'

/** An invitation is accepted and rejected at once: one answer wins, the other one is told so. */
export async function acceptOrReject(
  { trial, chat, engine, users, lanes }: Race,
  rounds: number,
): Promise<void> {
  const { random } = trial
  const pairs = users.flatMap((one, at) => users.slice(at + 1).map((other) => [one, other] as const))
  const before = await memberships()
  let accepted = 0
  let done = 0
  await inLanes(pairs.slice(0, rounds), lanes, async ([one, other]) => {
    const call = async (user: string, method: string, path: string, body: object): Promise<RestAnswer> => {
      for (;;) {
        const answer = await callRest(chat, user, method, path, body)
        if (!isRetryable(answer)) return answer
        await pause(random.below(200))
      }
    }
    const invited = await call(one, 'POST', '/invitations', { to_user_id: other })
    const { invitation_id } = (invited.body['data'] ?? {}) as { readonly invitation_id?: string }
    const answer = async (action: 'accept' | 'reject') => {
      await pause(random.below(HEADSTART))
      return await call(other, 'PUT', `/invitations/${invitation_id}/respond`, { action })
    }
    const [accept, reject] = await Promise.all([answer('accept'), answer('reject')])
    const won = accept.status === 200 ? 'accept' : 'reject'
    const loser = won === 'accept' ? reject : accept
    const winner = won === 'accept' ? accept : reject
    const told = `${accept.status} to accept, ${reject.status} ${String(reject.body['code'])} to reject`
    if (winner.status !== 200 || loser.status !== 409 || loser.body['code'] !== 'already_answered') {
      trial.fail(`the invitation of ${other} by ${one} got ${told}`)
    }
    const again = await answer(won)
    if (lasting(again) !== lasting(winner)) {
      trial.fail(`repeating ${won} to ${one} got ${again.status} ${JSON.stringify(again.body)}`)
    }
    if (won === 'accept') accepted++
    trial.progress(`${++done} of ${rounds} invitations accepted and rejected at once`)
  })
  const made = ((await memberships()) - before) / 2
  if (made !== accepted) trial.fail(`${accepted} acceptances won, and ${made} conversations were made`)
  trial.figure(
    `${done} × accept ∥ reject: ${accepted} accepted, ${done - accepted} rejected, ${made} conversations made`,
  )

  async function memberships(): Promise<number> {
    const counts = users.map((user) => engine.count(chat.tables.conversations, `USER#${user}`, 'CONV#'))
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0)
  }
}

/** An answer without who is on: that may change between an answer and its repetition. */
function lasting({ status, body }: RestAnswer): string {
  const presence = ['is_online', 'last_seen']
  return `${status} ${JSON.stringify(body, (key, value) => (presence.includes(key) ? undefined : value))}`
}
