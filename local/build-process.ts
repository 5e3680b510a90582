// Started by build.ts. Reports why something does not build in a message to its parent.
import { buildSite } from '../lib/site-files.ts'
import type { BuildTask } from './build.ts'
import { assemble } from './stack/assemble.ts'
import { describeError } from './start-error.ts'

const tasks: Readonly<Record<BuildTask, (input: never) => Promise<void>>> = {
  site: () => buildSite(),
  stack: assemble,
}

const [task = '', input = ''] = process.argv.slice(2)
try {
  await tasks[task as BuildTask](JSON.parse(input) as never)
} catch (error) {
  process.send?.(describeError(error))
  process.exitCode = 1
}
