import { pause } from '../../../../lambdas/async.ts'
import { type Check, ok, problem, reasonOf } from '../check.ts'

const SAMPLES = 9
/** From another continent, a call takes a third of a second. */
const SLOW_MS = { laptop: 100, stack: 500 }

/** How long the database takes to answer this machine. */
export const database: Check = {
  name: 'database',
  async run({ users, stack }) {
    const durations: number[] = []
    for (let n = 0; n < SAMPLES; n++) {
      const startedAt = performance.now()
      const error = await users.find('doctor').then(() => undefined, reasonOf)
      if (error !== undefined) {
        return problem(
          `The database does not answer as it should: ${error}.`,
          stack === undefined
            ? 'Look at the output of "npm start", at the engine that AWS_ENDPOINT_URL_DYNAMODB names, and at the file in FAULTS.'
            : 'Check that your permissions include the tables, and look at https://health.aws.amazon.com.',
        )
      }
      // The first call opens the connection.
      if (n > 0) durations.push(performance.now() - startedAt)
      await pause(20)
    }
    const median = Math.round(
      durations.sort((one, other) => one - other)[Math.floor(durations.length / 2)] ?? 0,
    )
    if (median <= SLOW_MS[stack === undefined ? 'laptop' : 'stack']) return ok(`A read takes ${median} ms.`)
    return problem(
      `A read takes ${median} ms, so everything is slow.`,
      stack === undefined
        ? 'Look at the load of this machine, at the engine that AWS_ENDPOINT_URL_DYNAMODB names, and at the file in FAULTS.'
        : 'Look at the network of this machine first; then at SuccessfulRequestLatency of the tables in CloudWatch.',
    )
  },
}
