import { Command } from 'commander'
import { concurrently } from '../../lambdas/async.ts'
import { readUsersFile } from '../../local/users-file.ts'
import { warn } from '../output.ts'
import { print, targetOf } from '../run.ts'
import { closedLines } from './closed.ts'
import { unfinishedRemovals } from './unfinished-removals.ts'

const DISMISSAL_CONCURRENCY = 10

export const importCommand = () =>
  new Command('import')
    .description('Add the users in a file, and update existing ones. Never removes users.')
    .argument('<file>', 'JSON array of {"id", "firstname", "lastname", "email", "role"}')
    .option(
      '--reuse',
      "also add users with the id of a removed user; they appear as the senders of that user's messages",
    )
    .action(async (file: string, { reuse }: { readonly reuse?: boolean }, command: Command) => {
      const { users: listed, leftOut } = readUsersFile(file)
      const target = await targetOf(command)
      const ids = listed.map(({ id }) => id)
      const unfinished = reuse ? await unfinishedRemovals(target, ids) : new Set<string>()
      const users = listed.filter(({ id }) => !unfinished.has(id))
      const reuseAt = reuse ? Math.floor((await target.now()) / 1000) : undefined
      const closed = new Map<string, number>()
      const dismiss = async (id: string) => {
        closed.set(id, await target.dismiss(id))
      }
      // If a row takes the administrator role away, `importUsers` calls `dismiss` right after it has written that row. The
      // user then loses access even if a later row fails.
      const refused = await target.users.importUsers(users, reuseAt, dismiss)
      for (const sentence of leftOut) warn(sentence)
      for (const id of refused) warn(refusal(id))
      for (const id of unfinished) warn(tooEarly(id))
      if (leftOut.length + refused.length + unfinished.size > 0) process.exitCode = 1
      // An earlier import may have failed before it dismissed the other users who are not admins.
      const others = users.filter(({ id, role }) => role !== 'admin' && !closed.has(id))
      await concurrently(others, DISMISSAL_CONCURRENCY, ({ id }) => dismiss(id))
      const imported = users.length - refused.length
      print(command, { imported, refused: [...refused, ...unfinished], closed: Object.fromEntries(closed) }, [
        `${imported} ${imported === 1 ? 'user' : 'users'} imported`,
        ...[...closed].flatMap(([id, count]) => closedLines(id, count)),
      ])
    })

/** Explains why a user was not imported. */
const refusal = (id: string) =>
  `${id} was not imported: a user with this id was removed, and a new user would appear as the sender ` +
  'of the same messages. To use the id again, add --reuse.'

/** Explains why a user was not imported even with `--reuse`. */
const tooEarly = (id: string) =>
  `${id} was not imported: the removed user with this id has not left all conversations yet, and the new user could ` +
  'read them. Repeat the command in a minute.'
