import type { Command } from 'commander'
import { tokenCommand } from '../token/command.ts'
import { usersCommand } from '../users/command.ts'
import { costCommand } from './cost/command.ts'
import { destroyCommand } from './destroy/command.ts'
import { doctorCommand } from './doctor/command.ts'
import { eraseUserCommand } from './erase-user/command.ts'
import { exportCommand } from './export/command.ts'
import { importCommand } from './import/command.ts'
import { kickCommand } from './kick.ts'
import { lettersCommand } from './letters/command.ts'
import { smokeCommand } from './smoke/command.ts'
import { symbolicateCommand } from './symbolicate/command.ts'
import { traceCommand } from './trace/command.ts'
import { whoCommand } from './who/command.ts'

/** The commands of `npm run admin`: one folder or file in cli/admin for each. */
export const adminCommands = (): readonly Command[] => [
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
