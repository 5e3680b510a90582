import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { eventsOf, newConnectionId } from '../pair.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const run = promisify(execFile)

/** Builds the bundle of `frames` in a checkout, with that checkout's own options. */
export async function bundleOf(checkout: string, outdir: string): Promise<string> {
  const script = `import { buildBundles } from ${JSON.stringify(pathToFileURL(resolve(checkout, 'lib/bundles.ts')).href)}
    buildBundles({ outdir: ${JSON.stringify(outdir)} })`
  await run(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', script], { cwd: root })
  return resolve(outdir, 'frames', 'index.cjs')
}

/** Authenticates ada and bob and lets both join, in this process. Resolves with the connection of ada. */
export async function joinBoth(
  env: Readonly<Record<string, string>>,
  tokenOf: (user: string, hours: number) => string,
): Promise<string> {
  Object.assign(process.env, env)
  const { info, debug } = console
  Object.assign(console, { info: () => undefined, debug: () => undefined })
  const { handler: lifecycle } = await import('../../lambdas/functions/lifecycle.ts')
  const { handler: frames } = await import('../../lambdas/functions/frames.ts')
  const [ada, bob] = [newConnectionId(), newConnectionId()]
  for (const [user, connection] of [
    ['ada', ada],
    ['bob', bob],
  ] as const) {
    const { connect, authenticate, join } = eventsOf(connection, tokenOf(user, 1))
    await lifecycle(connect)
    await frames(authenticate)
    await frames(join)
  }
  Object.assign(console, { info, debug })
  return ada
}
