import { Command, InvalidArgumentError } from 'commander'
import { userId } from '../protocol/fields.ts'
import { limits } from '../protocol/limits.ts'
import { runCommand, stackOption } from './run.ts'
import { openTarget } from './target.ts'

const maxHours = limits.tokenLifetimeSeconds / 3600

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

const program = new Command('npm run token --')
  .description('Print a token for a user, to try things out.')
  .argument('<user-id>', 'the user to authenticate as', readUserId)
  .option('--hours <n>', 'how long the token is valid', readHours, 12)
  .option(...stackOption)
  .action(async (id: string, { hours, stack }: { hours: number; stack?: string }) => {
    const target = await openTarget(stack)
    const user = await target.users.find(id)
    // Only the token goes to standard output, so that a shell can capture it.
    if (!user) console.error(`Note: there is no user ${id} yet; the token is refused until the user exists.`)
    else if (user.role !== 'admin') console.error(`Note: ${id} is not an admin, so the token is refused.`)
    console.log(await target.token(id, hours))
  })

await runCommand(program)
