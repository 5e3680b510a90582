import { Command } from 'commander'
import { print, targetOf } from '../run.ts'
import { userLines } from './user-lines.ts'

export const listCommand = () =>
  new Command('list').description('Print all users.').action(async (_options: object, command: Command) => {
    const users = await (await targetOf(command)).users.listUsers()
    const lines = userLines(users)
    users.forEach((user, index) => {
      print(command, user, lines.slice(index, index + 1))
    })
  })
