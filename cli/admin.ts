import { Command } from 'commander'
import { costCommand } from './admin/cost/command.ts'
import { destroyCommand } from './admin/destroy/command.ts'
import { doctorCommand } from './admin/doctor/command.ts'
import { eraseUserCommand } from './admin/erase-user/command.ts'
import { exportCommand } from './admin/export/command.ts'
import { importCommand } from './admin/import/command.ts'
import { kickCommand } from './admin/kick.ts'
import { lettersCommand } from './admin/letters/command.ts'
import { smokeCommand } from './admin/smoke/command.ts'
import { symbolicateCommand } from './admin/symbolicate/command.ts'
import { traceCommand } from './admin/trace/command.ts'
import { whoCommand } from './admin/who/command.ts'
import { jsonOption, runCommand, stackOption } from './run.ts'
import { tokenCommand } from './token/command.ts'
import { usersCommand } from './users/command.ts'

const program = new Command('npm run admin --')
  .description('Operate the chat: check it, repair it, move its data and remove it.')
  .option(...stackOption)
  .option(...jsonOption)
  .showHelpAfterError()

// One folder or file in cli/admin for each command.
const commands = [
  usersCommand(),
  tokenCommand(),
  destroyCommand(),
  costCommand(),
  smokeCommand(),
  doctorCommand(),
  whoCommand(),
  kickCommand(),
  traceCommand(),
  lettersCommand(),
  symbolicateCommand(),
  exportCommand(),
  importCommand(),
  eraseUserCommand(),
]
for (const command of commands) program.addCommand(command)

await runCommand(program)
