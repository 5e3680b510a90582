import { Command } from 'commander'
import colours from 'picocolors'
import { NoEngineError } from './aws/dynamodb/engine-choice.ts'
import { banner } from './banner.ts'
import { StartError } from './data-dir.ts'
import { quietSdk } from './quiet-sdk.ts'
import { type Runtime, startRuntime } from './runtime.ts'
import { readSettings, SettingsError } from './settings.ts'
import { TemplateError } from './stack/template.ts'
import { watchSources } from './watch.ts'

const help = `
Settings are environment variables:
  PORT             port on loopback, 0 for any free one (5000)
  DATA_DIR         where the database and the secret are kept (.data)
  JWT_SECRET       signs tokens, at least 32 bytes (made once, kept in DATA_DIR)
  USERS_FILE       JSON array of {id, firstname, lastname, email, role}, imported at start (demo users)
  ALLOWED_ORIGINS  comma-separated origins that browsers may connect from
                   (http://localhost:3000, https://mathiascoutant.github.io,
                   http://localhost:PORT and http://127.0.0.1:PORT)
  FAULTS           JSON file of what is to go wrong and how often, see docs/faults.md (nothing)
  AWS_ENDPOINT_URL_DYNAMODB  use this DynamoDB engine instead of the embedded one`

new Command('npm start')
  .description('Runs the whole chat on this machine: the stack, its functions, API Gateway and a database.')
  .addHelpText('after', help)
  .allowExcessArguments(false)
  .parse()

/** A shell sends one Ctrl-C to npm, tsx and us, and each passes it on; these are not a second one. */
const SAME_SIGNAL_MILLIS = 1_000

let runtime: Runtime | undefined
let stopWatching: () => void = () => undefined
let stopAskedAt: number | undefined

process.on('SIGINT', () => void onSignal())
process.on('SIGTERM', () => void onSignal())
process.on('SIGUSR2', tellFaults)
process.on('uncaughtException', (error) => void end(1, error))
process.on('unhandledRejection', (error) => void end(1, error))
await run()

async function run(): Promise<void> {
  quietSdk()
  try {
    const settings = readSettings(process.env)
    const started = performance.now()
    runtime = await startRuntime({ ...settings, progress: (step, millis) => report(step, millis) })
    report('ready', performance.now() - started)
    if (stopAskedAt !== undefined) return await end(0)
    console.log(banner(runtime, settings))
    if (runtime.faults) console.log(`${colours.yellow(runtime.faults.summary)}\n`)
    stopWatching = watchSources(reload)
    void runtime.failed.then((reason) => end(1, new StartError(reason)))
  } catch (error) {
    await end(1, error)
  }
}

async function reload(files: readonly string[]): Promise<void> {
  const from = performance.now()
  const what = files.length === 1 ? files[0] : `${files.length} files`
  try {
    await runtime?.reload()
    console.log(`${colours.green('reloaded')} ${what} in ${Math.round(performance.now() - from)} ms`)
  } catch (error) {
    console.error(`${colours.red('not reloaded')}, the code from before keeps running: ${describe(error)}`)
  }
  if (files.some((file) => file.endsWith('routes.ts') || file.endsWith('environment.ts'))) {
    console.log(
      colours.yellow('Routes and names shape the stack itself: start again to see changes in them.'),
    )
  }
}

function report(step: string, millis: number): void {
  console.log(colours.dim(`${step.padEnd(18)} ${String(Math.round(millis)).padStart(5)} ms`))
}

async function onSignal(): Promise<void> {
  if (stopAskedAt !== undefined && Date.now() - stopAskedAt > SAME_SIGNAL_MILLIS) process.exit(1)
  if (stopAskedAt !== undefined) return
  stopAskedAt = Date.now()
  console.log(colours.dim('stopping'))
  // While it still starts, `run` ends it as soon as it can be stopped.
  if (runtime) await end(0)
}

function tellFaults(): void {
  if (runtime?.faults) console.log(colours.yellow(runtime.faults.tally()))
}

async function end(code: number, error?: unknown): Promise<void> {
  if (error !== undefined) console.error(colours.red(describe(error)))
  stopWatching()
  await runtime?.stop().catch((problem: unknown) => console.error(describe(problem)))
  tellFaults()
  process.exit(code)
}

/** What its owner can mend is told in its own words; the rest with where it happened. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const plain = [SettingsError, StartError, NoEngineError, TemplateError].some(
    (kind) => error instanceof kind,
  )
  return plain || 'errors' in error ? error.message : (error.stack ?? error.message)
}
