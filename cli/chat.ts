import { chatCommand } from './chat/command.ts'
import { runCommand } from './run.ts'

await runCommand(chatCommand())
