import { Command, InvalidArgumentError } from 'commander'
import { userId } from '../../protocol/fields.ts'
import { limits } from '../../protocol/limits.ts'
import { warn } from '../output.ts'
import { print, targetOf } from '../run.ts'

const maxHours = limits.tokenLifetimeSeconds / 3600

const help = `
Examples:
  npm run token -- ada
  npm run token -- --stack AdminChat --hours 1 ada@example.com
  TOKEN=$(npm run --silent token -- ada)

Exit code: 0 if a token was printed, otherwise 1.`

/** The command that prints a token for a user. */
export const tokenCommand = (name = 'token') =>
  new Command(name)
    .description('Print a token for a user, to try things out.')
    .argument('<user-id>', 'the user to authenticate as', readUserId)
    .option('--hours <n>', 'how long the token is valid', readHours, 12)
    .addHelpText('after', help)
    .action(async (id: string, { hours }: { readonly hours: number }, command: Command) => {
      const target = await targetOf(command)
      const user = await target.users.find(id)
      // Only the token goes to standard output, so that a shell can capture it.
      if (!user) warn(`Note: there is no user ${id} yet; the token is refused until the user exists.`)
      else if (user.role !== 'admin') warn(`Note: ${id} is not an admin, so the token is refused.`)
      const token = await target.token(id, hours)
      print(command, { token }, [token])
    })

function readHours(text: string): number {
  const hours = Number(text)
  if (hours > 0 && hours <= maxHours) return hours
  throw new InvalidArgumentError(`Must be more than 0 and at most ${maxHours}.`)
}

function readUserId(text: string): string {
  const { success, error } = userId.safeParse(text)
  if (success) return text
  throw new InvalidArgumentError(`It ${error.issues[0]?.message}.`)
}
