import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { StartError } from './start-error.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const script = fileURLToPath(new URL('./build-process.ts', import.meta.url))

/** The builds that can run in a process of their own. */
export type BuildTask = 'site' | 'stack'

/**
 * Builds in a process of its own, because in a process that keeps running, the CDK and the bundlers would hold hundreds
 * of megabytes. Rejects with a StartError that says why the build failed.
 */
export function build(task: BuildTask, input: object = {}): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = fork(script, [task, JSON.stringify(input)], {
      cwd: root,
      execArgv: ['--import', 'tsx'],
      // Ctrl-C signals the terminal's whole process group, but this build must go on: a start is stopped only when it
      // is complete.
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
