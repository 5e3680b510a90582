import { Command } from 'commander'
import { importCommand } from './import.ts'
import { listCommand } from './list.ts'
import { removeCommand } from './remove.ts'
import { signOutCommand } from './sign-out.ts'

/** The commands for users. */
export const usersCommand = (name = 'users') =>
  new Command(name)
    .description('Manage the users of the chat.')
    .addCommand(importCommand())
    .addCommand(listCommand())
    .addCommand(removeCommand())
    .addCommand(signOutCommand())
