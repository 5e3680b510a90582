import { Command } from 'commander'
import { count, tableLines, toDuration, toTime } from '../../columns.ts'
import { print, targetOf } from '../../run.ts'
import { TargetError } from '../../target.ts'
import { allConnections, type Connected, connectionsOf } from './connected.ts'
import { userIdOf } from './user-hashes.ts'

const help = `
Examples:
  npm run admin -- who                       every user who is connected
  npm run admin -- who ada@example.com       one user, with the conversations that each connection has joined
  npm run admin -- who 9f86d081884c          the same for a user whose hash is in the log
  npm run admin -- --stack AdminChat who

Without --json, times are in UTC.

Exit code: 0, also if no user is connected; 1 if the command failed.`

/**
 * Shows who is connected. IP addresses are not shown, because the chat does not keep the address of an authenticated
 * connection.
 */
export const whoCommand = () =>
  new Command('who')
    .description('Show who is connected, since when, and which conversations they have joined.')
    .argument('[user]', 'only the connections of this user: a user id, or the hash of a user in the log')
    .addHelpText('after', help)
    .action(async (name: string | undefined, _options: object, command: Command) => {
      const target = await targetOf(command)
      const user = name === undefined ? undefined : await userIdOf(target, name)
      const { connected, waiting } =
        user === undefined ? await allConnections(target.deps) : await connectionsOf(target.deps, user)
      // A user who was removed may still have connections.
      if (user !== undefined && connected.length === 0 && !(await target.users.find(user)))
        throw new TargetError(`There is no user ${user}.`)
      print(command, { ...(user !== undefined && { user }), connected: connected.map(toObject), waiting }, [
        ...table(connected, target.deps.now()),
        ...(user === undefined ? [] : joinedLines(connected)),
        ...(user === undefined || user === name ? [] : [`${name} is ${user}`]),
        summary(connected, waiting),
      ])
    })

const toObject = ({ id, user, openedAt, heardAt, tokenExpiresAt, joined }: Connected) => ({
  user,
  connection: id,
  since: new Date(openedAt).toISOString(),
  heard_at: new Date(heardAt).toISOString(),
  token_expires_at: new Date(tokenExpiresAt).toISOString(),
  joined: [...joined],
})

const table = (connected: readonly Connected[], now: number) =>
  tableLines(
    ['USER', 'CONNECTION', 'SINCE', 'LAST FRAME', 'JOINED'],
    connected.map(({ id, user, openedAt, heardAt, joined }) => [
      user,
      id,
      toTime(openedAt),
      `${toDuration(now - heardAt)} ago`,
      count(joined.size, 'conversation'),
    ]),
  )

const joinedLines = (connected: readonly Connected[]) =>
  connected.flatMap(({ id, joined }) => [...joined].map((conversation) => `${id} has joined ${conversation}`))

function summary(connected: readonly Connected[], waiting: number): string {
  const users = new Set(connected.map(({ user }) => user)).size
  const others = waiting === 0 ? '' : `; ${waiting} more not authenticated yet`
  return `${count(users, 'user')} with ${count(connected.length, 'connection')}${others}`
}
