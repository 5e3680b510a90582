import { Command } from 'commander'
import { print, targetOf } from '../run.ts'
import { TargetError } from '../target.ts'
import { closedLines } from './closed.ts'
import { removeUser } from './remove-user.ts'

export const removeCommand = () =>
  new Command('remove')
    .description('Remove a user, close their open connections, and end their conversations.')
    .argument('<id>')
    .action(async (id: string, _options: object, command: Command) => {
      const { known, ended } = await removeUser(await targetOf(command), id)
      if (!known && ended === 0) throw new TargetError(`There is no user ${id}.`)
      print(command, { removed: known, closed: ended }, [
        ...(known ? [`${id} removed`] : []),
        ...closedLines(id, ended),
      ])
    })
