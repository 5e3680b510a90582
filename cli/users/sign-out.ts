import { setTimeout as delay } from 'node:timers/promises'
import { Command } from 'commander'
import { print, targetOf } from '../run.ts'
import { closedLines } from './closed.ts'
import { signOut } from './sign-out-user.ts'

export const signOutCommand = () =>
  new Command('sign-out')
    .description("Invalidate all tokens issued to a user so far, and close the user's open connections.")
    .argument('<id>')
    .action(async (id: string, _options: object, command: Command) => {
      const closed = await signOut(await targetOf(command), id)
      print(command, { closed }, [`${id} signed out`, ...closedLines(id, closed)])
      // Tokens contain the second in which they were issued. This command waits until the next second
      // has begun, so that tokens issued after the command are accepted.
      await delay(1000)
    })
