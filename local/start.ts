import { Command } from 'commander'
import colors from 'picocolors'
import { printable } from '../protocol/text.ts'
import { banner } from './banner.ts'
import { quietSdk } from './quiet-sdk.ts'
import { type Reload, type Runtime, startRuntime } from './runtime.ts'
import { readSettings } from './settings.ts'
import { describeError, StartError } from './start-error.ts'
import { isOfSite, shapesStack, watchSources } from './watch.ts'

const help = `
Settings are environment variables (defaults in parentheses):
  PORT             port on loopback, 0 for any free one (5000)
  DATA_DIR         folder for the database and the secret (.data)
  JWT_SECRET       key that signs tokens, at least 32 bytes (generated, kept in DATA_DIR)
  TOKEN_AUDIENCE   the claim aud that tokens must have (not checked)
  TOKEN_ISSUER     the claim iss that tokens must have (not checked)
  RETENTION_DAYS   days after which messages are removed (never)
  USERS_FILE       JSON array of {id, firstname, lastname, email, role}, imported at the start (demo users)
  ALLOWED_ORIGINS  comma-separated origins that browsers may connect from (http://localhost:3000,
                   https://mathiascoutant.github.io, every port of http://localhost and http://127.0.0.1)
  LOG_LEVEL        lowest severity in DATA_DIR/logs: debug, info, warn or error (info)
  LAMBDA_CONCURRENCY  how many invocations run at once over all functions; further ones are refused, as
                   in an AWS account with this limit (as many as the machine can handle; others wait)
  FAULTS           JSON file of faults to inject, see docs/faults.md (none)
  AWS_ENDPOINT_URL_DYNAMODB  DynamoDB engine to use instead of the embedded one`

const program = new Command('npm start --')
  .description('Runs the whole chat on this machine: the stack, its functions, API Gateway and a database.')
  .option('--verbose', 'log requests and frames by type, never their content')
  .addHelpText('after', help)
  .allowExcessArguments(false)
  .parse()

/** One Ctrl-C arrives twice, from the terminal and from npm, so a repetition within this time is ignored. */
const SAME_SIGNAL_MS = 1_000

let runtime: Runtime | undefined
let stopWatching: () => void = () => undefined
let stopRequestedAt: number | undefined

process.on('SIGINT', () => void onSignal())
process.on('SIGTERM', () => void onSignal())
process.on('SIGUSR2', printFaults)
process.on('uncaughtException', (error) => void exit(1, error))
process.on('unhandledRejection', (error) => void exit(1, error))
await run()

async function run(): Promise<void> {
  quietSdk()
  try {
    const settings = readSettings(process.env)
    for (const problem of settings.leftOut) console.error(colors.yellow(printable(problem)))
    const startedAt = performance.now()
    const { verbose } = program.opts<{ verbose?: boolean }>()
    runtime = await startRuntime({
      ...settings,
      progress: printStep,
      trace: verbose ? printTrace : undefined,
    })
    printStep('ready', performance.now() - startedAt)
    if (stopRequestedAt !== undefined) return await exit(0)
    console.log(banner(runtime, settings.dataDir))
    if (runtime.faults) console.log(`${colors.yellow(runtime.faults.summary)}\n`)
    stopWatching = watchSources(reload)
    void runtime.failed.then((reason) => exit(1, new StartError(reason)))
  } catch (error) {
    await exit(1, error)
  }
}

async function reload(files: readonly string[]): Promise<void> {
  const what = files.length === 1 ? String(files[0]) : `${files.length} files`
  try {
    if (files.some(isOfSite)) await rebuildSite(what)
    if (runtime && !files.every(isOfSite)) printReload(what, await runtime.reload())
  } catch (error) {
    console.error(`${colors.red('not reloaded')}, the previous code keeps running: ${describeError(error)}`)
  }
  const restart = files.filter(shapesStack)
  if (restart.length > 0) {
    console.log(colors.yellow(`${restart.join(', ')} also shapes the stack: restart to apply changes to it.`))
  }
}

async function rebuildSite(what: string): Promise<void> {
  const startedAt = performance.now()
  await runtime?.rebuildSite()
  const ms = Math.round(performance.now() - startedAt)
  console.log(`${colors.green('rebuilt')} the site after a change of ${what} in ${ms} ms`)
}

function printReload(what: string, { changed, bundleMs, loadMs }: Reload): void {
  const [total, bundle, load] = [bundleMs + loadMs, bundleMs, loadMs].map((ms) => `${Math.round(ms)} ms`)
  const functions = changed === 1 ? '1 function' : `${changed} functions`
  const steps = colors.dim(`(bundles ${bundle}, ${functions} ${load})`)
  console.log(`${colors.green('reloaded')} ${what} in ${total} ${steps}`)
}

function printStep(step: string, ms: number): void {
  console.log(colors.dim(`${step.padEnd(18)} ${String(Math.round(ms)).padStart(5)} ms`))
}

function printTrace(line: string): void {
  console.log(colors.dim(printable(line)))
}

async function onSignal(): Promise<void> {
  if (stopRequestedAt !== undefined && Date.now() - stopRequestedAt > SAME_SIGNAL_MS) process.exit(1)
  if (stopRequestedAt !== undefined) return
  stopRequestedAt = Date.now()
  console.log(colors.dim('stopping'))
  // During the startup, there is no runtime yet: `run` exits as soon as there is one to stop.
  if (runtime) await exit(0)
}

function printFaults(): void {
  if (runtime?.faults) console.log(colors.yellow(runtime.faults.tally()))
}

async function exit(code: number, error?: unknown): Promise<void> {
  if (error !== undefined) console.error(colors.red(describeError(error)))
  stopWatching()
  await runtime?.stop().catch((problem: unknown) => console.error(describeError(problem)))
  printFaults()
  process.exit(code)
}
