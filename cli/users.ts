import { jsonOption, runCommand, stackOption } from './run.ts'
import { usersCommand } from './users/command.ts'

await runCommand(
  usersCommand('npm run users --')
    .option(...stackOption)
    .option(...jsonOption),
)
