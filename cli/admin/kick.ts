import { Command } from 'commander'
import { closeWithReason } from '../../lambdas/chat/connections/close.ts'
import { ChatError } from '../../protocol/errors.ts'
import { print, targetOf } from '../run.ts'
import { type OperatorDeps, type Target, TargetError } from '../target.ts'
import { registeredConnections } from './who/connected.ts'
import { userIdOf } from './who/user-hashes.ts'

const help = `
Examples:
  npm run admin -- kick ada@example.com      every connection of a user
  npm run admin -- kick 9f86d081884c         the same for a user whose hash is in the log
  npm run admin -- kick L0SM9cOFvHcCIhw=     one connection, as "who" and the log name it

The client receives the error "reconnect_required" and may connect again at once. To keep a user out, use
"users sign-out", which makes the tokens invalid, or "users remove".

Exit code: 0 if the connections were closed or the user has none, otherwise 1.`

/** Closes connections after sending their clients an error. */
export const kickCommand = () =>
  new Command('kick')
    .description('Close connections. Their clients may connect again.')
    .argument(
      '<user | connection>',
      'a user id, the hash of a user in the log, or a connection id, which ends in "="',
    )
    .addHelpText('after', help)
    .action(async (name: string, _options: object, command: Command) => {
      const target = await targetOf(command)
      // No user id contains this character.
      const closed = name.includes('=')
        ? await kickConnection(target.deps, name)
        : await kickUser(target, await userIdOf(target, name))
      print(command, { closed }, [
        ...closed.map((id) => `${id} closed`),
        ...(closed.length === 0 ? [`${name} has no open connection`] : []),
      ])
    })

const kicked = () => new ChatError('reconnect_required', 'an operator closed this connection; connect again')

/** Resolves with the ids of the connections. */
export async function kickUser(
  { deps, users }: Pick<Target, 'deps' | 'users'>,
  user: string,
): Promise<readonly string[]> {
  const connections = await deps.connections.userConnections(user)
  // A user who was removed may still have connections.
  if (connections.length === 0 && !(await users.find(user)))
    throw new TargetError(`There is no user ${user}.`)
  const ids = connections.map(({ id }) => id)
  for (const id of ids) await closeWithReason(deps, id, kicked())
  return ids
}

export async function kickConnection(deps: OperatorDeps, id: string): Promise<readonly string[]> {
  if (await deps.connections.inspect(id)) await closeWithReason(deps, id, kicked())
  else {
    // A connection that has not authenticated has no row of its own, but is in the register.
    const waiting = (await registeredConnections(deps)).find((registered) => registered.id === id)
    if (!waiting)
      throw new TargetError(
        `There is no connection ${id}. "npm run admin -- who" lists the connections of users.`,
      )
    await closeWithReason(deps, id, kicked())
    await deps.register.removeWaiting(waiting)
  }
  return [id]
}
