import { setTimeout } from 'node:timers/promises'
import { Command } from 'commander'
import { dataDirOf } from '../../../local/settings.ts'
import { progressOf } from '../../progress.ts'
import { print } from '../../run.ts'
import { askOnTerminal } from './confirm.ts'
import { type DestroyRequest, destroyDeployed } from './deployed.ts'
import { destroyOnLaptop } from './laptop.ts'
import { deployedLines, laptopLines } from './lines.ts'
import { openDeployedChat } from './places.ts'

const HELP = `
Without --everything, the stack is deleted, but its secret and the tables of conversations, invitations and users are
kept. With --everything, they are deleted too, and so is what earlier stacks of the same name have left. The command can
be repeated after a failure.

Examples:
  npm run admin -- destroy --stack AdminChat
  npm run admin -- destroy --everything --stack AdminChat
  npm run admin -- destroy --everything --stack AdminChat --yes AdminChat
  npm run admin -- destroy --everything                    the data directory on this machine

Exit code: 0 if everything was deleted, otherwise 1.`

/** The command that removes a chat. */
export const destroyCommand = () =>
  new Command('destroy')
    .description('Remove a chat, and check that nothing is left.')
    .option('--everything', 'also delete conversations, users and the secret', false)
    .option('--yes <name>', 'the name of the stack or the data directory, instead of typing it twice')
    .addHelpText('after', HELP)
    .action(async (options: { readonly everything: boolean; readonly yes?: string }, command: Command) => {
      const request: DestroyRequest = { everything: options.everything, yes: options.yes }
      const { stack } = command.optsWithGlobals<{ readonly stack?: string }>()
      if (stack === undefined) {
        const dataDir = dataDirOf(process.env)
        const result = await destroyOnLaptop(dataDir, request, askOnTerminal)
        print(command, result, laptopLines(dataDir, request, result))
        return
      }
      const chat = await openDeployedChat(stack, setTimeout)
      const tools = { ask: askOnTerminal, progress: progressOf('destroy'), pause: setTimeout }
      const result = await destroyDeployed(chat, request, tools)
      print(command, result, deployedLines(chat, request, result))
    })
