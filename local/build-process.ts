// Started by build.ts. If a build fails, sends the reason in a message to the parent process.
import type { BuildTask } from './build.ts'
import { describeError } from './start-error.ts'

const tasks: Readonly<Record<BuildTask, (input: never) => Promise<void>>> = {
  site: async () => (await import('../lib/site-files.ts')).buildSite(),
  stack: async (input) => (await import('./stack/assemble.ts')).assemble(input),
}

const [task = '', input = ''] = process.argv.slice(2)
try {
  await tasks[task as BuildTask](JSON.parse(input) as never)
} catch (error) {
  process.send?.(describeError(error))
  process.exitCode = 1
}
