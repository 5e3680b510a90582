import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { StartError } from './start-error.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const script = fileURLToPath(new URL('./build-process.ts', import.meta.url))

/** What a process of its own can build. */
export type BuildTask = 'site' | 'stack'

/**
 * Builds in a process of its own, because the CDK and the bundlers would keep hundreds of megabytes in a process that
 * goes on. Rejects with a StartError that says what does not build.
 */
export function build(task: BuildTask, input: object = {}): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = fork(script, [task, JSON.stringify(input)], {
      cwd: root,
      execArgv: ['--import', 'tsx'],
      // Ctrl-C signals the terminal's whole process group, but the start is stopped only when it is complete.
      detached: true,
    })
    let problem: string | undefined
    child.on('message', (message) => {
      problem = String(message)
    })
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      if (code === 0) resolve()
      else
        reject(
          new StartError(problem ?? `The build of the ${task} ended with ${signal ?? `exit code ${code}`}`),
        )
    })
  })
}
