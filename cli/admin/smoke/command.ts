import { randomBytes } from 'node:crypto'
import { Command } from 'commander'
import { SOCKET_PATH } from '../../../protocol/socket-route.ts'
import type { Addresses } from '../../../verification/dialogues/scene.ts'
import { warn } from '../../output.ts'
import { print, targetOf } from '../../run.ts'
import { TargetError } from '../../target.ts'
import { type Outcome, type Player, playSmoke } from './dialogue.ts'

interface SmokeOptions {
  readonly url?: string
  readonly token?: string
  readonly token2?: string
}

/** The command that plays documented dialogues against a chat and cleans up. */
export const smokeCommand = () =>
  new Command('smoke')
    .description(
      'Play documented dialogues against a running chat as two administrators, or a few of them as one, and clean up.',
    )
    .option('--url <url>', 'address of the site (default: the chat on this machine, or that of --stack)')
    .option('--token <jwt>', 'token of an administrator (default: the variable CHAT_TOKEN)')
    .option('--token2 <jwt>', 'token of another administrator (default: the variable CHAT_TOKEN2, or none)')
    .addHelpText('after', help)
    .action(async (options: SmokeOptions, command: Command) => {
      const ada = playerOf('--token', options.token ?? process.env['CHAT_TOKEN'])
      const token2 = options.token2 ?? process.env['CHAT_TOKEN2']
      const bob = token2 === undefined ? undefined : playerOf('--token2', token2)
      if (ada.id === bob?.id)
        throw new TargetError('--token and --token2 must belong to two different administrators.')
      if (!bob) warn(ALONE)
      const addresses = options.url === undefined ? await targetOf(command) : addressesOf(options.url)
      const outcomes: Outcome[] = []
      const run = randomBytes(6).toString('hex')
      await playSmoke(addresses, bob ? { ada, bob } : { ada }, run, (outcome) => {
        outcomes.push(outcome)
        const { step, result, problem } = outcome
        const { rule, title } = step
        const line = `${result.padEnd(8)}${rule.padEnd(10)}${title}${problem === undefined ? '' : `: ${problem}`}`
        print(command, { rule, title, result, ...(problem === undefined ? {} : { problem }) }, [line])
      })
      if (outcomes.some(({ result }) => result !== 'ok')) process.exitCode = 1
    })

const ALONE =
  'Without --token2, no message is sent: one administrator plays only the steps that need no other user.'

const help = `
The two administrators create a group of their own, send, edit and read messages in it, delete them and leave it. Other
users receive nothing. While the command runs, open pages of the two administrators show the group. Each line names the
rule of docs/protocol.md that a step shows. In the steps, ada is the user of --token, and bob the user of --token2.

Without --token2, ada connects, authenticates, reads lists, searches and connects again. Nothing is stored, and no message
is sent, because a group begins with an invitation to another user.

Examples:
  npm run admin -- smoke --url https://chat.example.com --token "$ADA" --token2 "$GRACE"
  npm run admin -- smoke --url https://chat.example.com --token "$ADA"
  CHAT_TOKEN="$(npm run --silent token -- ada)" CHAT_TOKEN2="$(npm run --silent token -- grace)" npm run admin -- smoke

Exit code: 0 if every step went as documented and everything was cleaned up; otherwise 1.`

/** The WebSocket is below the site's own address. */
function addressesOf(text: string): Addresses {
  const url = URL.parse(text)
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new TargetError(`${text} is not an address such as https://chat.example.com.`)
  }
  const restUrl = `${url.origin}${url.pathname.replace(/\/$/, '')}`
  return { restUrl, socketUrl: restUrl.replace(/^http/, 'ws') + SOCKET_PATH }
}

/** The chat verifies the token; here it only has to contain the user's id. */
function playerOf(option: string, token: string | undefined): Player {
  if (token === undefined) throw new TargetError(`Pass the token of an administrator with ${option}.`)
  const [, payload = ''] = token.split('.')
  try {
    const { user_id: id } = JSON.parse(Buffer.from(payload, 'base64url').toString())
    if (typeof id === 'string') return { id, token }
  } catch {
    // Reported below.
  }
  throw new TargetError(`${option} is not a token of the chat: it has no user_id.`)
}
