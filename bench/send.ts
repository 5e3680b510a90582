/**
 * Measures the CPU that `frames` uses for a send, alone in a process, while AWS is answered from a recording. Compares
 * this folder with another checkout of the repository, in turns.
 *
 *   npm run bench:send
 *   npm run bench:send -- --against ../before --rounds 5
 */
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { Command } from 'commander'
import { environment } from '../lambdas/environment.ts'
import { percentile } from '../verification/model/percentile.ts'
import { conversation, eventsOf, newConnectionId, startPair } from './pair.ts'
import { startRecorder } from './send/recorder.ts'

const options = new Command('npm run bench:send --')
  .description('Measures the CPU of a send: warm, and in sends 41 to 100 of a container.')
  .option('--against <folder>', 'another checkout of this repository, measured in turns with this one')
  .option('--rounds <n>', 'fresh processes of each checkout; the medians are printed', '5')
  .option('--warm-up <n>', 'sends before the warm ones', '500')
  .option('--sends <n>', 'warm sends', '500')
  .allowExcessArguments(false)
  .parse()
  .opts<{ against?: string; rounds: string; warmUp: string; sends: string }>()

interface Sample {
  readonly loadMs: number
  /** Until an empty bundle is loaded. */
  readonly emptyMs: number
  readonly firstMs: number
  readonly early: number
  readonly warm: number
}

const root = fileURLToPath(new URL('..', import.meta.url))
const run = promisify(execFile)
const pair = await startPair()
const recorder = await startRecorder(pair.runtime.awsEndpoint)
const unlimited = { perSecond: 1_000_000, burst: 1_000_000 }
const env = {
  ...pair.environment(recorder.endpoint),
  // A benchmark sends faster than a user may.
  [environment.rates]: JSON.stringify({ frames: unlimited, messages: unlimited, calls: unlimited }),
}

/** Builds the bundle of `frames` in a checkout, with that checkout's own options. */
async function bundleOf(checkout: string, name: string): Promise<string> {
  const outdir = resolve(pair.dataDir, name)
  const script = `import { buildBundles } from ${JSON.stringify(pathToFileURL(resolve(checkout, 'lib/bundles.ts')).href)}
    buildBundles({ outdir: ${JSON.stringify(outdir)} })`
  await run(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', script], { cwd: root })
  return resolve(outdir, 'frames', 'index.cjs')
}

/** Authenticates ada and bob and lets both join, in this process. Resolves with the connection of ada. */
async function joinBoth(): Promise<string> {
  Object.assign(process.env, env)
  const { info, debug } = console
  Object.assign(console, { info: () => undefined, debug: () => undefined })
  const { handler: lifecycle } = await import('../lambdas/functions/lifecycle.ts')
  const { handler: frames } = await import('../lambdas/functions/frames.ts')
  const [ada, bob] = [newConnectionId(), newConnectionId()]
  for (const [user, connection] of [
    ['ada', ada],
    ['bob', bob],
  ] as const) {
    const { connect, authenticate, join } = eventsOf(connection, pair.runtime.token(user, 1))
    await lifecycle(connect)
    await frames(authenticate)
    await frames(join)
  }
  Object.assign(console, { info, debug })
  return ada
}

const bundles = new Map([['this', await bundleOf(root, 'this')]])
if (options.against) bundles.set('against', await bundleOf(resolve(options.against), 'against'))
const connection = await joinBoth()
recorder.record()
const empty = resolve(pair.dataDir, 'empty.cjs')
writeFileSync(empty, '')
const sends = Number(options.sends)
const warmUp = Number(options.warmUp)

async function measure(bundle: string): Promise<Sample> {
  const script = fileURLToPath(new URL('send/process.mjs', import.meta.url))
  const parameters = JSON.stringify({ bundle, empty, connection, conversation, warmUp, sends })
  const { stdout } = await run(process.execPath, [script, parameters], { env })
  recorder.checkAnswers()
  return JSON.parse(stdout) as Sample
}

const samples = new Map<string, Sample[]>([...bundles.keys()].map((name) => [name, []]))
recorder.takeCalls()
for (let round = 0; round < Number(options.rounds); round++) {
  for (const [name, bundle] of bundles) samples.get(name)?.push(await measure(bundle))
}
const total = Number(options.rounds) * bundles.size * (warmUp + sends)
console.log(`calls to AWS per send: ${(recorder.takeCalls() / total).toFixed(2)}`)
for (const [name, measured] of samples) {
  const median = (part: keyof Sample) =>
    percentile(
      measured.map((sample) => sample[part]),
      0.5,
    ).toFixed(2)
  const spread = measured.map(({ warm }) => warm)
  console.log(
    `${name.padEnd(8)} load ${median('loadMs')} ms (empty ${median('emptyMs')}), first send ${median('firstMs')} ms, ` +
      `CPU of sends 41 to 100: ${median('early')} ms each, warm: ${median('warm')} ms each ` +
      `(${Math.min(...spread).toFixed(2)} to ${Math.max(...spread).toFixed(2)})`,
  )
}
recorder.close()
await pair.close()
process.exit(0)
