/**
 * Measures connect, authenticate, join and send against cold functions, each in a fresh process. Compares the three
 * functions of the stack, split by trust boundary, with one function per route.
 *
 *   npm run bench:cold
 */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Command } from 'commander'
import { build } from 'esbuild'
import { bundling } from '../lib/bundles.ts'
import { eventsOf as eventsFor, newConnectionId, startPair } from './pair.ts'

new Command('npm run bench:cold')
  .description(
    'Measures a first send against cold functions: the functions of the stack, or one function per route.',
  )
  .allowExcessArguments(false)
  .parse()

const SAMPLES = 15
const run = promisify(execFile)
const root = fileURLToPath(new URL('..', import.meta.url))
const pair = await startPair()
const env = pair.environment(pair.runtime.awsEndpoint)

/** The source of a function for a single route. */
const routeEntry = (frame: string, file: string) => `
  import { composeSocketDeps } from './lambdas/compose.ts'
  import { dispatch } from './lambdas/websocket/dispatch.ts'
  import * as route from './lambdas/websocket/${file}.ts'
  const deps = composeSocketDeps()
  const handlers = { ${frame}: Object.values(route)[0](deps) }
  export const handler = (event) => dispatch(deps, handlers, event)`

async function bundle(name: string, contents: string): Promise<string> {
  const outfile = join(pair.dataDir, `${name}.cjs`)
  await build({
    stdin: { contents, resolveDir: root, loader: 'ts' },
    outfile,
    ...bundling,
    minify: true,
  })
  return outfile
}
const entry = (name: string) => `export { handler } from './lambdas/functions/${name}.ts'`
const bundles = {
  lifecycle: await bundle('lifecycle', entry('lifecycle')),
  frames: await bundle('frames', entry('frames')),
  authenticate: await bundle('authenticate', routeEntry('authenticate', 'authenticate')),
  join: await bundle('join', routeEntry('join_conversation', 'join-conversation')),
  send: await bundle('send', routeEntry('send_message', 'send-message')),
}

async function runCold(file: string, events: readonly object[]) {
  const script = fileURLToPath(new URL('cold-process.mjs', import.meta.url))
  const { stdout } = await run(process.execPath, [script, file, JSON.stringify(events)], { env })
  const { load, handled } = JSON.parse(stdout) as { load: number; handled: number[] }
  return [load, ...handled].reduce((sum, part) => sum + part, 0)
}

const eventsOf = () => eventsFor(newConnectionId(), pair.runtime.token('ada', 1))

const byBoundary: number[] = []
const byRoute: number[] = []
for (let sample = 0; sample < SAMPLES; sample++) {
  const a = eventsOf()
  byBoundary.push(
    (await runCold(bundles.lifecycle, [a.connect])) +
      (await runCold(bundles.frames, [a.authenticate, a.join, a.send])),
  )
  const b = eventsOf()
  byRoute.push(
    (await runCold(bundles.lifecycle, [b.connect])) +
      (await runCold(bundles.authenticate, [b.authenticate])) +
      (await runCold(bundles.join, [b.join])) +
      (await runCold(bundles.send, [b.send])),
  )
}
const median = (values: readonly number[]) => Math.round(values.toSorted((x, y) => x - y)[SAMPLES >> 1] ?? 0)
const minimum = (values: readonly number[]) => Math.round(Math.min(...values))
console.log('connect → authenticate → join → send, every function cold, without process start')
console.log(
  `the stack        median ${median(byBoundary)} ms   minimum ${minimum(byBoundary)} ms   2 cold starts`,
)
console.log(`one per route     median ${median(byRoute)} ms   minimum ${minimum(byRoute)} ms   4 cold starts`)
await pair.close()
