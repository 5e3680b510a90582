import { environment } from '../../../../lambdas/environment.ts'
import { isExactOrigin, splitOrigins } from '../../../../protocol/origins.ts'
import { count } from '../../../columns.ts'
import { field, type LogLine } from '../../../logs/logs.ts'
import type { Target } from '../../../target.ts'
import { admin, type Check, ok } from '../check.ts'
import { functionConfiguration } from '../function-configuration.ts'
import { groupLines, PERIOD_MS, periodText, recentFinding, since } from './recent.ts'

const MAX_GROUPS = 5
/** Fewer expired tokens than this are normal: some expire in open pages. */
const MIN_EXPIRED = 10
/** Slower than this, users notice. Cold starts are left out. */
const SLOW_MS = 1_000
const SLOW_PERIOD_MS = 15 * 60_000
const MIN_SLOW = 3

/** Errors that the functions could not handle. */
export const errors: Check = {
  name: 'errors',
  async run(target) {
    const from = since(target, PERIOD_MS)
    const [{ lines: thrown }, { lines: ended }] = await Promise.all([
      target.logs.find({ from, where: [['level', '=', 'ERROR']] }),
      target.logs.find({ from, where: [['type', '=', 'platform.report']] }),
    ])
    const failed = ended.filter((line) => !['', 'success'].includes(field(line, 'status')))
    const groups = groupLines([...thrown, ...failed], errorText)
    if (groups.length === 0) return ok(`The functions have logged no error ${periodText(target)}.`)
    return groups
      .slice(0, MAX_GROUPS)
      .map(([text, lines]) =>
        recentFinding(
          `${text}: ${count(lines.length, 'time')} ${periodText(target)}`,
          lines,
          remedyOf(target, lines),
        ),
      )
  },
}

const errorText = (line: LogLine) =>
  field(line, 'errorType') === ''
    ? `${line.function} ended with "${field(line, 'status')}"`
    : `${line.function} logged ${field(line, 'errorType')}: ${field(line, 'errorMessage')}`

const remedyOf = (target: Target, [first]: readonly LogLine[]) =>
  `${admin(target, `trace ${first?.requestId || 'REQUEST_ID'}`)} shows one of them.`

/** Tokens that were refused, by reason. */
export const refusedTokens: Check = {
  name: 'tokens',
  async run(target) {
    const { lines } = await target.logs.find({
      from: since(target, PERIOD_MS),
      where: [['message.event', '=', 'token_refused']],
    })
    const findings = groupLines(lines, (line) => field(line, 'reason')).flatMap(([reason, refused]) => {
      if (reason === 'exp' && refused.length < MIN_EXPIRED) return []
      const { text, remedy } = tokenProblem(reason)
      return recentFinding(
        `${count(refused.length, 'token')} refused ${periodText(target)}: ${text}`,
        refused,
        remedy,
      )
    })
    return findings.length > 0 ? findings : ok(`Hardly any token was refused ${periodText(target)}.`)
  },
}

function tokenProblem(reason: string): { readonly text: string; readonly remedy: string } {
  if (reason === 'unknown key') {
    return {
      text: 'signed with another key',
      remedy:
        'Give your backend the current key: README.md, "Issue tokens from your backend". On a laptop, JWT_SECRET or ' +
        'the file jwt-secret in the data directory is the key.',
    }
  }
  if (reason === 'exp' || reason === 'iat' || reason === 'nbf') {
    return {
      text: `expired or not valid yet (${reason})`,
      remedy:
        'Check the clock of your backend, and make sure that it issues a new token before the old one expires.',
    }
  }
  if (reason === 'aud' || reason === 'iss') {
    return {
      text: `the claim ${reason} is not the required one`,
      remedy: 'Compare it with the settings tokenAudience and tokenIssuer.',
    }
  }
  return {
    text: reason,
    remedy: 'README.md, "Issue tokens from your backend", shows a token that is accepted.',
  }
}

/** Pages whose origin is not allowed. */
export const refusedOrigins: Check = {
  name: 'refused pages',
  async run(target) {
    const { lines } = await target.logs.find({
      functions: ['lifecycle'],
      from: since(target, PERIOD_MS),
      where: [
        ['message.route', '=', '$connect'],
        ['message.code', '=', 'forbidden'],
      ],
    })
    if (lines.length === 0) return ok(`No page of another origin was refused ${periodText(target)}.`)
    const { environment: variables } = await functionConfiguration(target, 'lifecycle')
    const allowed = splitOrigins(variables[environment.allowedOrigins] ?? '')
    return groupLines(lines, (line) => field(line, 'origin'))
      .slice(0, MAX_GROUPS)
      .map(([origin, refused]) => {
        const text =
          origin === '' ? 'Handshakes that bypass the site were refused' : `Pages of ${origin} were refused`
        const remedy =
          origin === ''
            ? 'With the firewall, clients must use the address of the site.'
            : `If the page is yours, ${allow(target, allowed, origin)}. Otherwise nothing is wrong.`
        return recentFinding(
          `${text}, ${count(refused.length, 'time')} ${periodText(target)}`,
          refused,
          remedy,
        )
      })
  },
}

/**
 * Returns the remedy that allows an origin. The setting replaces the whole list, so the remedy repeats the present
 * list, without the patterns that only the laptop adds. Any client can send any origin, so an unusual origin is not put
 * into a command.
 */
function allow(target: Target, allowed: readonly string[], origin: string): string {
  const isLaptop = target.stack === undefined
  if (!/^[a-z][a-z0-9+.-]*:\/\/[\w.:-]+$/.test(origin)) {
    return `add its origin to ${isLaptop ? 'ALLOWED_ORIGINS' : 'allowedOrigins'}`
  }
  const list = [...allowed.filter(isExactOrigin), origin].join(',')
  return isLaptop ? `start the chat with ALLOWED_ORIGINS=${list}` : `deploy with -c allowedOrigins=${list}`
}

/** Slow answers. */
export const slowness: Check = {
  name: 'speed',
  async run(target) {
    const found = await target.logs.find({
      functions: ['frames', 'rest', 'lifecycle'],
      from: since(target, SLOW_PERIOD_MS),
      where: [['message.duration_ms', '>', SLOW_MS]],
    })
    const lines = found.lines.filter(({ message }) => message['cold'] !== true)
    if (lines.length < MIN_SLOW)
      return ok('Hardly any answer took more than a second in the last 15 minutes.')
    const [[route = ''] = []] = groupLines(lines, (line) => field(line, 'route'))
    const slowest = Math.max(...lines.map(({ message }) => Number(message['duration_ms'])))
    return recentFinding(
      `${count(lines.length, 'answer')} took more than a second in the last 15 minutes, up to ${Math.round(slowest / 100) / 10} s, ` +
        `most of them to ${route}`,
      lines,
      'If the database is slow too, that is the cause. Otherwise look for throttled invocations and errors.',
    )
  },
}
