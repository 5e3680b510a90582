import { Command, Option } from 'commander'
import { memoryStorage } from '../../client/index.ts'
import { stackOption } from '../run.ts'
import { openTarget, type Target, TargetError } from '../target.ts'
import { type Account, accountOfUser, accountWithToken } from './account.ts'
import { help } from './commands.ts'
import { plainLines } from './plain.ts'
import { runScript } from './script.ts'
import { storageOf } from './storage.ts'
import { runTerminal } from './terminal.ts'

interface Options {
  readonly as?: string
  readonly token?: string
  readonly open?: string
  readonly stack?: string
}

const more = `
Commands once you are signed in:
${help()
  .map(({ usage, does }) => `  ${usage.padEnd(26)} ${does}`)
  .join('\n')}

Without a terminal, the same lines are read from standard input. Each line is finished before the next one starts. The
first failure stops the command with exit code 1. A line that ends in \\ goes on in the next one. Commands that ask a
question need --yes.
Standard output has one line per event, its fields separated by tabs and escaped with \\t, \\n and \\\\:
${plainLines()
  .map((line) => `  ${line}`)
  .join('\n')}

Examples:
  npm run chat -- --as ada
  npm run chat -- --as ada@example.com --stack AdminChat
  npm run --silent chat -- --as ada --open CONVERSATION_ID < lines.txt
  echo /list | npm run --silent chat -- --as ada`

/** The command that chats in a terminal or from a script. */
export const chatCommand = () =>
  new Command('npm run chat --')
    .description('Chat in a terminal or from a script.')
    .option('--as <user-id>', 'sign in as this user; tokens are created as needed')
    .addOption(new Option('--token <jwt>', 'sign in with this token, unless --as is given').env('CHAT_TOKEN'))
    .option('--open <n|name|id>', 'open this conversation after signing in')
    .option(...stackOption)
    .addHelpText('after', more)
    .action(start)

async function start(options: Options): Promise<void> {
  const target = await openTarget(options.stack)
  const { socketUrl, restUrl } = target
  const account = await accountOf(target, options)
  const server = { socketUrl, restUrl, account }
  // The reader of our output, such as `head`, may close the pipe early.
  process.stdout.on('error', () => process.exit())
  if (process.stdin.isTTY && process.stdout.isTTY) {
    const storage = storageOf(process.env, options.stack, account.user)
    await runTerminal({ ...server, storage }, options.open)
  }
  // The exit code tells a script whether everything was sent, so that the script can repeat the rest.
  else await runScript({ ...server, storage: memoryStorage() }, options.open)
}

async function accountOf(target: Target, { as, token, stack }: Options): Promise<Account> {
  if (as !== undefined) return await accountOfUser(target, as, () => openTarget(stack))
  if (token !== undefined) return accountWithToken(token)
  throw new TargetError('Say who you are with --as <user-id>, or sign in with --token <jwt>.')
}
