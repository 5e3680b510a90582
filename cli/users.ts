import { setTimeout as delay } from 'node:timers/promises'
import { Command } from 'commander'
import { concurrently } from '../lambdas/async.ts'
import { readUsersFile } from '../local/users-file.ts'
import { printable } from '../protocol/text.ts'
import { runCommand, stackOption } from './run.ts'
import { openTarget, type Target, TargetError } from './target.ts'
import { removeUser } from './users/remove-user.ts'
import { signOut } from './users/sign-out.ts'
import { userLines } from './users/user-lines.ts'

const DISMISSAL_CONCURRENCY = 10

const program = new Command('npm run users --')
  .description('Manage the users of the chat.')
  .option(...stackOption)
  .showHelpAfterError()

program
  .command('import')
  .description('add the users in a file and update existing ones; never removes users')
  .argument('<file>', 'JSON array of {"id", "firstname", "lastname", "email", "role"}')
  .option(
    '--reuse',
    'also add users with the id of a removed user; they appear as the senders of the messages of that user',
  )
  .action(async (file: string, { reuse }: { readonly reuse?: boolean }) => {
    const { users, leftOut } = readUsersFile(file)
    const target = await open()
    const reuseAt = reuse ? Math.floor((await target.now()) / 1000) : undefined
    const dismissed = new Set<string>()
    const dismiss = async (id: string) => {
      reportClosed(id, await target.dismiss(id))
      dismissed.add(id)
    }
    // Access of users who are no longer admins ends with their row, so that a failure later in the file leaves none open.
    const refused = await target.users.importUsers(users, reuseAt, dismiss)
    const imported = users.length - refused.length
    console.log(`${imported} ${imported === 1 ? 'user' : 'users'} imported`)
    for (const sentence of leftOut) console.error(printable(sentence))
    for (const id of refused) console.error(refusal(id))
    if (leftOut.length + refused.length > 0) process.exitCode = 1
    // An earlier import may have failed before it ended the access of the others.
    const others = users.filter(({ id, role }) => role !== 'admin' && !dismissed.has(id))
    await concurrently(others, DISMISSAL_CONCURRENCY, ({ id }) => dismiss(id))
  })

program
  .command('list')
  .description('print all users')
  .action(async () => {
    for (const line of userLines(await (await open()).users.listUsers())) console.log(line)
  })

program
  .command('remove')
  .description('remove a user, close their open connections, and end their conversations')
  .argument('<id>')
  .action(async (id: string) => {
    const { known, ended } = await removeUser(await open(), id)
    if (!known && ended === 0) throw new TargetError(`There is no user ${id}.`)
    if (known) console.log(`${printable(id)} removed`)
    reportClosed(id, ended)
  })

program
  .command('sign-out')
  .description('make all tokens that a user has been issued so far invalid, and close their open connections')
  .argument('<id>')
  .action(async (id: string) => {
    const ended = await signOut(await open(), id)
    console.log(`${printable(id)} signed out`)
    reportClosed(id, ended)
    // Tokens contain the second in which they were issued. This command waits for the next second, so that a token that
    // is issued after it is accepted.
    await delay(1000)
  })

async function open(): Promise<Target> {
  return openTarget(program.opts<{ stack?: string }>().stack)
}

/** Explains why a user was not imported. */
const refusal = (id: string) =>
  `${printable(id)} was not imported: a user with this id was removed, and a new user would appear as the sender ` +
  'of the same messages. To use the id again, add --reuse.'

function reportClosed(id: string, count: number): void {
  if (count > 0)
    console.log(`${count} open ${count === 1 ? 'connection' : 'connections'} of ${printable(id)} closed`)
}

await runCommand(program)
