import { Command, InvalidArgumentError } from 'commander'
import { signToken } from '../local/tokens.ts'
import { userId } from '../protocol/fields.ts'
import { limits } from '../protocol/limits.ts'
import { runCommand, stackOption } from './run.ts'
import { openTarget } from './target.ts'

const mostHours = limits.tokenLifetimeSeconds / 3600

function readHours(text: string): number {
  const hours = Number(text)
  if (hours > 0 && hours <= mostHours) return hours
  throw new InvalidArgumentError(`Must be more than 0 and at most ${mostHours}.`)
}

function readUserId(text: string): string {
  if (userId.safeParse(text).success) return text
  throw new InvalidArgumentError('Must be 1 to 254 of A-Z a-z 0-9 _ - @ . +')
}

const program = new Command('npm run token --')
  .description('Prints a token that authenticates as a user, for trying things out.')
  .argument('<user-id>', 'whose token', readUserId)
  .option('--hours <n>', 'for how long it is good', readHours, 12)
  .option(...stackOption)
  .action(async (id: string, { hours, stack }: { hours: number; stack?: string }) => {
    const target = await openTarget(stack)
    const user = await target.users.find(id)
    // The token alone goes to standard output, so that a shell can take it.
    if (!user) console.error(`Note: there is no user ${id} yet, so the token is refused until there is.`)
    else if (user.role !== 'admin') console.error(`Note: ${id} is no admin, so the token is refused.`)
    console.log(signToken(await target.secret(), id, hours))
  })

await runCommand(program)
