import { Command, Option } from 'commander'
import { type Account, heldToken, madeTokens } from './chat/account.ts'
import { help } from './chat/commands.ts'
import { plainLines } from './chat/plain.ts'
import { follow } from './chat/script.ts'
import { talk } from './chat/terminal.ts'
import { runCommand, stackOption } from './run.ts'
import { openTarget, type Target, TargetError } from './target.ts'

interface Options {
  readonly as?: string
  readonly token?: string
  readonly open?: string
  readonly stack?: string
}

const more = `
Once signed in:
${help()
  .map(({ usage, does }) => `  ${usage.padEnd(26)} ${does}`)
  .join('\n')}

Without a terminal, standard input holds the same lines, each done before the next; the first failure ends with 1.
Standard output then has one line per event, its fields separated by tabs, with \\t, \\n and \\\\ inside them:
${plainLines()
  .map((line) => `  ${line}`)
  .join('\n')}

Examples:
  npm run chat -- --as ada
  npm run chat -- --as ada@example.com --stack AdminChat
  npm run --silent chat -- --as ada --open CONVERSATION_ID < lines.txt
  echo /list | npm run --silent chat -- --as ada`

const program = new Command('npm run chat --')
  .description('Chats in a terminal, or for a script.')
  .option('--as <user-id>', 'sign in as this user, with tokens made as needed')
  .addOption(new Option('--token <jwt>', 'sign in with this token, unless --as is given').env('CHAT_TOKEN'))
  .option('--open <n|id>', 'open this conversation first')
  .option(...stackOption)
  .addHelpText('after', more)
  .action(start)

async function start({ as, token, open, stack }: Options): Promise<void> {
  const find = () => openTarget(stack)
  const target = await find()
  const { socketUrl, restUrl } = target
  const place = { socketUrl, restUrl, account: await accountOf(target, { as, token, find }) }
  // Whoever reads our lines may have had enough of them.
  process.stdout.on('error', () => process.exit())
  if (process.stdin.isTTY && process.stdout.isTTY) await talk(place, open)
  else await follow(place, open)
}

interface Identity {
  readonly as: string | undefined
  readonly token: string | undefined
  find(): Promise<Target>
}

async function accountOf(target: Target, { as, token, find }: Identity): Promise<Account> {
  if (as !== undefined) return await madeTokens(target, as, find)
  if (token !== undefined) return heldToken(token)
  throw new TargetError('Say who you are with --as <user-id>, or sign in with --token <jwt>.')
}

await runCommand(program)
