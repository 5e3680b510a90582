import { output } from '../../../../local/targets.ts'
import { toDuration } from '../../../columns.ts'
import { type Check, ok, problem } from '../check.ts'

/** The outputs that only some commands need. Without the other outputs, the chat cannot be opened at all. */
const OUTPUTS = ['DeadLettersUrl', 'JwtSecretArn', 'LogSalt']
/** Slower than this, users notice. */
const SLOW_MS = 1_000
/** Tokens are accepted if clocks differ by up to a minute (AUTH-3). */
const MAX_SKEW_MS = 30_000

export const outputs: Check = {
  name: 'outputs',
  async run(target) {
    const missing = OUTPUTS.filter((name) => target.outputs[name] === undefined)
    if (missing.length === 0) return ok('The stack has every output that the commands need.')
    return problem(
      `The stack lacks the outputs ${missing.join(', ')}: it was deployed from an older version.`,
      'Deploy the current version.',
    )
  },
}

export const health: Check = {
  name: 'health',
  async run({ restUrl }) {
    const ask = async () => {
      const startedAt = performance.now()
      const { status } = await fetch(`${restUrl}/api/health`)
      return { status, ms: Math.round(performance.now() - startedAt) }
    }
    // The first call may start a function.
    const first = await ask()
    const { status, ms } = first.status === 200 ? await ask() : first
    if (status !== 200) {
      return problem(
        `${restUrl}/api/health answers with status ${status}.`,
        'Look for errors and throttled invocations below. A 403 can come from the firewall or from a domain that points elsewhere.',
      )
    }
    if (ms <= SLOW_MS) return ok(`${restUrl}/api/health answers in ${ms} ms.`)
    return problem(
      `${restUrl}/api/health takes ${ms} ms, although it reads nothing.`,
      'The chat is overloaded: look at the rates, the throttled invocations and, on a laptop, the load of the machine.',
    )
  },
}

export const clock: Check = {
  name: 'clock',
  async run(target) {
    const skewMs = Date.now() - (await target.now())
    if (Math.abs(skewMs) <= MAX_SKEW_MS) return ok('The clock of this machine agrees with that of the chat.')
    return problem(
      `The clock of this machine is ${toDuration(Math.abs(skewMs))} ${skewMs > 0 ? 'ahead' : 'behind'}.`,
      'Set the clock. Tokens that are issued here may be refused, and AWS refuses calls that are more than five minutes off.',
    )
  },
}

export const secret: Check = {
  name: 'secret',
  async run(target) {
    const bytes = Buffer.byteLength(await target.secret())
    if (bytes >= MIN_SECRET_BYTES) return ok(`The key of the tokens has ${bytes} bytes.`)
    return problem(
      `The key of the tokens has ${bytes} bytes, but tokens are accepted only with at least ${MIN_SECRET_BYTES}.`,
      `Store a longer one in ${output(target.outputs, 'JwtSecretArn')}: docs/operations.md, "Rotate the secret".`,
    )
  },
}

const MIN_SECRET_BYTES = 32
