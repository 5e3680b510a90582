import { Command } from 'commander'
import { readUsersFile } from '../local/users-file.ts'
import { printable } from '../protocol/text.ts'
import { runCommand, stackOption } from './run.ts'
import { openTarget, type Target, TargetError } from './target.ts'
import { removeUser } from './users/remove-user.ts'
import { userLines } from './users/user-lines.ts'

const program = new Command('npm run users --')
  .description('Manage the users of the chat.')
  .option(...stackOption)
  .showHelpAfterError()

program
  .command('import')
  .description('add the users in a file and update existing ones; never removes users')
  .argument('<file>', 'JSON array of {"id", "firstname", "lastname", "email", "role"}')
  .action(async (file: string) => {
    const { users, leftOut } = readUsersFile(file)
    const target = await open()
    await target.users.importUsers(users)
    console.log(`${users.length} ${users.length === 1 ? 'user' : 'users'} imported`)
    for (const sentence of leftOut) console.error(printable(sentence))
    if (leftOut.length > 0) process.exitCode = 1
    // Connections of users who are not, or no longer, admins are closed now rather than when their token expires.
    for (const { id, role } of users) if (role !== 'admin') reportClosed(id, await target.revoke(id))
  })

program
  .command('list')
  .description('print all users')
  .action(async () => {
    for (const line of userLines(await (await open()).users.listUsers())) console.log(line)
  })

program
  .command('remove')
  .description('remove a user and close their open connections')
  .argument('<id>')
  .action(async (id: string) => {
    const { known, ended } = await removeUser(await open(), id)
    if (!known && ended === 0) throw new TargetError(`There is no user ${id}.`)
    if (known) console.log(`${printable(id)} removed`)
    reportClosed(id, ended)
  })

async function open(): Promise<Target> {
  return openTarget(program.opts<{ stack?: string }>().stack)
}

function reportClosed(id: string, count: number): void {
  if (count > 0)
    console.log(`${count} open ${count === 1 ? 'connection' : 'connections'} of ${printable(id)} closed`)
}

await runCommand(program)
