import { Command } from 'commander'
import { adminCommands } from './admin/commands.ts'
import { jsonOption, runCommand, stackOption } from './run.ts'

const program = new Command('npm run admin --')
  .description('Operate the chat: check it, repair it, move its data and remove it.')
  .option(...stackOption)
  .option(...jsonOption)
  .showHelpAfterError()

for (const command of adminCommands()) program.addCommand(command)

await runCommand(program)
