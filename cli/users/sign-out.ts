import { setTimeout as delay } from 'node:timers/promises'
import { Command } from 'commander'
import { print, targetOf } from '../run.ts'
import { closedLines } from './closed.ts'
import { signOut } from './sign-out-user.ts'

export const signOutCommand = () =>
  new Command('sign-out')
    .description(
      'Make all tokens that a user has been issued so far invalid, and close their open connections.',
    )
    .argument('<id>')
    .action(async (id: string, _options: object, command: Command) => {
      const closed = await signOut(await targetOf(command), id)
      print(command, { closed }, [`${id} signed out`, ...closedLines(id, closed)])
      // Tokens contain the second in which they were issued. This command waits for the next second, so that a token
      // that is issued after it is accepted.
      await delay(1000)
    })
