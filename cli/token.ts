import { jsonOption, runCommand, stackOption } from './run.ts'
import { tokenCommand } from './token/command.ts'

await runCommand(
  tokenCommand('npm run token --')
    .option(...stackOption)
    .option(...jsonOption),
)
