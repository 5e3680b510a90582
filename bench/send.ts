/**
 * Measures the CPU that the function `frames` uses for a send. It runs alone in a process, and a recording answers its
 * calls to AWS. Compares this folder with another checkout of the repository, in turns. Or measures, for functions of
 * several sizes, how long a send takes with the CPU that Lambda gives them, which needs Linux and root.
 *
 *   npm run bench:send
 *   npm run bench:send -- --against ../before --rounds 5
 *   npm run bench:send -- --memory 128,256,512,1024,1769
 */
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Command, Option } from 'commander'
import { environment } from '../lambdas/environment.ts'
import { percentile } from '../verification/model/percentile.ts'
import { table } from './compare/summary.ts'
import { conversation, startPair } from './pair.ts'
import { readCount } from './read-count.ts'
import { type Limited, measureSizes, readSizes } from './send/memory.ts'
import { bundleOf, joinBoth } from './send/prepare.ts'
import { createCpuGroup } from './send/quota.ts'
import { startRecorder } from './send/recorder.ts'

interface Options {
  readonly against?: string
  readonly memory?: readonly number[]
  readonly rounds?: number
  readonly warmUp: string
  readonly sends: string
}

const program = new Command('npm run bench:send --')
  .description('Measures the CPU of a send: warm, and in sends 41 to 100 of a container.')
  .option('--against <folder>', 'another checkout of this repository, measured in turns with this one')
  .addOption(
    new Option(
      '--memory <MB,MB>',
      'measures sends with the CPU that Lambda gives to functions of these sizes',
    )
      .argParser(readSizes)
      .conflicts(['against', 'warmUp', 'sends']),
  )
  .option(
    '--rounds <n>',
    'fresh processes of each checkout or size; the medians are printed (default: 5, with --memory 3)',
    readCount,
  )
  .option('--warm-up <n>', 'sends before the warm ones', '500')
  .option('--sends <n>', 'warm sends', '500')
  .allowExcessArguments(false)
  .parse()
const options = program.opts<Options>()
const rounds = options.rounds ?? (options.memory ? 3 : 5)
// This must be checked before anything is started.
if (options.memory) requireCpuGroups()

interface Sample {
  readonly loadMs: number
  /** Time until an empty bundle is loaded. */
  readonly emptyMs: number
  readonly firstMs: number
  readonly early: number
  readonly earlyMs: readonly number[]
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

const thisBundle = await bundleOf(root, resolve(pair.dataDir, 'this'))
const bundles = new Map([['this', thisBundle]])
if (options.against)
  bundles.set('against', await bundleOf(resolve(options.against), resolve(pair.dataDir, 'against')))
const connection = await joinBoth(env, pair.runtime.token)
recorder.record()
const empty = resolve(pair.dataDir, 'empty.cjs')
writeFileSync(empty, '')
const sends = Number(options.sends)
const warmUp = Number(options.warmUp)

/** The sends 1 to 100 of a container. */
const first100 = { warmUp: 100, sends: 0 }

async function measure(bundle: string, counts = { warmUp, sends }, limited?: Limited): Promise<Sample> {
  const script = fileURLToPath(new URL('send/process.mjs', import.meta.url))
  const parameters = JSON.stringify({ bundle, empty, connection, conversation, ...counts, limited })
  const { stdout } = await run(process.execPath, [script, parameters], { env })
  recorder.checkAnswers()
  return JSON.parse(stdout) as Sample
}

function requireCpuGroups(): void {
  try {
    createCpuGroup(1024).remove()
  } catch (error) {
    program.error(`error: ${error instanceof Error ? error.message : error}`)
  }
}

async function compare(): Promise<void> {
  const samples = new Map<string, Sample[]>([...bundles.keys()].map((name) => [name, []]))
  recorder.takeCalls()
  for (let round = 0; round < rounds; round++) {
    for (const [name, bundle] of bundles) samples.get(name)?.push(await measure(bundle))
  }
  const total = rounds * bundles.size * (warmUp + sends)
  console.log(`calls to AWS per send: ${(recorder.takeCalls() / total).toFixed(2)}`)
  for (const [name, measured] of samples) {
    const median = (part: 'loadMs' | 'emptyMs' | 'firstMs' | 'early' | 'warm') =>
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
}

if (options.memory) {
  // This first run records the answers. It must not come later, because within a minute, the sweep removes the
  // connection, which no gateway knows.
  await measure(thisBundle, first100)
  const measureLimited = (limited: Limited) => measure(thisBundle, first100, limited)
  console.log(table(await measureSizes(options.memory, rounds, measureLimited)))
} else {
  await compare()
}
recorder.close()
await pair.close()
process.exit(0)
