import { field, type LogLine } from '../../../logs/logs.ts'
import type { Target } from '../../../target.ts'
import { usersByHash } from '../../who/user-hashes.ts'
import { admin, type Check, type Finding, ok } from '../check.ts'
import { groupLines, PERIOD_MS, periodText, recentFinding, since } from './recent.ts'

const MAX_GROUPS = 5
const NONE = ok('No user sends more than allowed.')
/** A user may be refused now and then, for example while a page loads. */
const MIN_REFUSALS = 20

/** Users who send more than they may. */
export const floods: Check = {
  name: 'rates',
  async run(target) {
    const { lines } = await target.logs.find({
      functions: ['frames', 'rest'],
      from: since(target, PERIOD_MS),
      where: [['message.code', '=', 'rate_limited']],
    })
    if (lines.length === 0) return NONE
    const senderOf = await senders(target, lines)
    const findings = groupLines(lines, (line) => senderOf(line).name)
      .filter(([, refused]) => refused.length >= MIN_REFUSALS)
      .slice(0, MAX_GROUPS)
      .flatMap(([, refused]) =>
        refused.slice(0, 1).map((line) => floodFinding(target, senderOf(line), refused)),
      )
    return findings.length > 0 ? findings : NONE
  },
}

/** For a stack only: on the laptop, the rates always are the defaults of the stack. */
const LEGITIMATE = ' If the traffic is legitimate, raise the setting for frames, messages or calls.'
const NOTHING_TO_DO = 'The user has no open connection and cannot connect again, so there is nothing to do.'

function floodFinding(target: Target, { name, isGone }: Sender, lines: readonly LogLine[]): Finding {
  const routes = groupLines(lines, (line) => field(line, 'route')).map(([route]) => route)
  const ids = new Set(lines.map((line) => field(line, 'connection')).filter((id) => id !== ''))
  const connections = ids.size > 1 ? `, over ${ids.size} connections` : ''
  const remedy =
    `${admin(target, 'who')} shows the connections and ${admin(target, `kick ${name}`)} closes them. If a client connects ` +
    `again at once, repair it, or sign its user out with "npm run users -- sign-out ID".${target.stack === undefined ? '' : LEGITIMATE}`
  return recentFinding(
    `${name} was refused ${lines.length} times ${periodText(target)} for sending too fast (${routes.join(', ')}${connections})`,
    lines,
    isGone ? NOTHING_TO_DO : remedy,
  )
}

interface Sender {
  /** The id of the user or of the connection, which "kick" accepts unless the sender is gone. */
  readonly name: string
  /** Whether the user was removed and has no connection, so that only the hash is known. */
  readonly isGone: boolean
}

/**
 * A line of the log names the user by a hash, or names only the connection. Resolves with a function that finds the
 * sender of a line.
 */
async function senders(target: Target, lines: readonly LogLine[]): Promise<(line: LogLine) => Sender> {
  const ids = await usersByHash(target)
  const unnamed = lines.filter((line) => field(line, 'user') === '').map((line) => field(line, 'connection'))
  const connections = await target.deps.connections.inspectAll(new Set(unnamed.filter((id) => id !== '')))
  return (line) => {
    const hash = field(line, 'user')
    const connection = field(line, 'connection')
    const user = ids.get(hash) ?? connections.get(connection)?.user
    if (user === undefined && hash !== '') return { name: `The removed user ${hash}`, isGone: true }
    return { name: user ?? connection, isGone: false }
  }
}
