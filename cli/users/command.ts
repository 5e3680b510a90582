import { Command } from 'commander'
import { importCommand } from './import.ts'
import { listCommand } from './list.ts'
import { removeCommand } from './remove.ts'
import { signOutCommand } from './sign-out.ts'

const help = `
Examples:
  npm run users -- list
  npm run users -- list --json
  npm run users -- --stack AdminChat import users.json
  npm run users -- sign-out ada@example.com
  npm run users -- remove ada@example.com

Exit code: 0; 1 if a user does not exist or was not imported, or the command failed.`

/** The commands for users. */
export const usersCommand = (name = 'users') =>
  new Command(name)
    .description('Manage the users of the chat.')
    .addHelpText('afterAll', help)
    .addCommand(importCommand())
    .addCommand(listCommand())
    .addCommand(removeCommand())
    .addCommand(signOutCommand())
