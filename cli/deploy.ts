import { deployCommand } from './deploy/command.ts'
import { runCommand } from './run.ts'

await runCommand(deployCommand())
