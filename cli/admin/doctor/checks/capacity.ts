import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { count } from '../../../columns.ts'
import { type Check, note, ok, problem } from '../check.ts'

/** The quota of a new account. */
const SMALL_QUOTA = 10
/** Above this share of the quota, a burst is likely to be refused. */
const BUSY_SHARE = 0.7

const INCREASE =
  'Ask for more, which is free: aws service-quotas request-service-quota-increase --service-code lambda ' +
  '--quota-code L-B99A9384 --desired-value 1000.'
/** Helps to decide whether a small quota is enough. */
const MEASURED =
  'Measured with a quota of 10: about 9 messages per second in one conversation, and 200 clients that reconnect together are ' +
  'back after 15 s. Clients repeat the requests that were refused.'
const INCREASE_LOCALLY = 'Start the chat with a higher LAMBDA_CONCURRENCY, or without it.'

export const concurrency: Check = {
  name: 'concurrency',
  async run(target) {
    const { AccountLimit } = await new LambdaClient(target.config).send(new GetAccountSettingsCommand())
    const quota = AccountLimit?.ConcurrentExecutions ?? 0
    const free = AccountLimit?.UnreservedConcurrentExecutions ?? quota
    const { peak } = await target.usage()
    const remedy = target.stack === undefined ? INCREASE_LOCALLY : INCREASE
    const used = peak === undefined ? '' : `, of which at most ${peak} ran in the last day`
    if (peak !== undefined && peak > BUSY_SHARE * quota) {
      return problem(
        `${peak} of ${count(quota, 'concurrent invocation')} ran at once in the last day.`,
        remedy,
      )
    }
    if (free > SMALL_QUOTA) return ok(`The functions may run ${free} invocations at once${used}.`)
    return note(`The functions may run only ${free} invocations at once${used}.`, `${remedy} ${MEASURED}`)
  },
}

export const throttles: Check = {
  name: 'throttles',
  async run(target) {
    const { throttles: refused } = await target.usage()
    const total = [...refused.values()].reduce((sum, n) => sum + n, 0)
    if (total === 0) return ok('Lambda has refused no invocation in the last day.')
    const byFunction = [...refused].filter(([, n]) => n > 0).map(([name, n]) => `${name} ${n}`)
    return problem(
      `Lambda refused ${count(total, 'invocation')} in the last day (${byFunction.join(', ')}), because too many were running.`,
      target.stack === undefined ? INCREASE_LOCALLY : INCREASE,
    )
  },
}
