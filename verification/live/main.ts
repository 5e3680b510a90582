/** `npm run proof -- <name>`: tests the guarantees over real sockets and fails if one is broken. */
import { Command, InvalidArgumentError } from 'commander'
import { quietSdk } from '../../local/quiet-sdk.ts'
import { prove } from './prove.ts'
import { isProven, type Outcome, report, table } from './report.ts'
import { burst } from './scenarios/burst.ts'
import { faults } from './scenarios/faults.ts'
import { flood } from './scenarios/flood.ts'
import { held } from './scenarios/held.ts'
import { hot } from './scenarios/hot.ts'
import { kills } from './scenarios/kills.ts'
import { move } from './scenarios/move.ts'
import { races } from './scenarios/races.ts'
import { restarts } from './scenarios/restarts.ts'
import { inSmallAccount } from './scenarios/small-account.ts'
import { storm } from './scenarios/storm.ts'
import type { Scenario } from './trial.ts'

const scenarios: readonly Scenario[] = [
  faults,
  kills,
  restarts,
  races,
  hot,
  inSmallAccount(hot, {
    messages: { full: 300, short: 60 },
    think: { full: 3000, short: 1000 },
    p99: { full: 5000, short: 5000 },
  }),
  burst,
  held,
  storm,
  inSmallAccount(storm, {
    connections: { full: 200, short: 200 },
    writers: { full: 10, short: 10 },
    within: { full: 20, short: 60 },
  }),
  move,
]
/**
 * Scenarios that need more than two slow cores, because the connections of one user may send 200 frames a second
 * together.
 */
const alone: readonly Scenario[] = [flood]

interface Options {
  readonly seed: number
  readonly short?: boolean
  /** The sizes of a scenario. */
  readonly [size: string]: number | boolean | undefined
}

function integer(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It must be a whole number.')
  return Number(text)
}

const withCommonOptions = (command: Command) =>
  command
    .option('--seed <n>', 'seed for users, content, pauses and faults', integer, 1)
    .option('--short', 'a small version, for continuous integration')

const sizesOf = ({ sizes }: Scenario, options: Options) =>
  Object.fromEntries(
    Object.entries(sizes).map(([name, { full, short }]) => [
      name,
      Number(options[name] ?? (options.short ? short : full)),
    ]),
  )

async function run(chosen: readonly Scenario[], options: Options): Promise<void> {
  const outcomes: Outcome[] = []
  for (const scenario of chosen) {
    const outcome = await prove(scenario, sizesOf(scenario, options), options.seed)
    console.log(report(outcome))
    outcomes.push(outcome)
  }
  if (outcomes.length > 1) console.log(`\n${table(outcomes)}`)
  // Exits explicitly, because a client may still wait for an answer that will not arrive.
  process.exit(outcomes.every(isProven) ? 0 : 1)
}

quietSdk()
// Each scenario registers two cleanups for the exit of this process.
process.setMaxListeners(4 * scenarios.length)
// Everything that was started ends with this process.
process.once('SIGINT', () => process.exit(130))
process.once('SIGTERM', () => process.exit(143))
const program = new Command('npm run proof --').description(
  'Tests the guarantees of the chat over real sockets on this machine. Exits with 1 if one is broken.',
)
for (const scenario of [...scenarios, ...alone]) {
  const command = withCommonOptions(program.command(scenario.name).description(scenario.promise))
  for (const [name, { what, full, short }] of Object.entries(scenario.sizes)) {
    const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
    command.option(`--${flag} <n>`, `${what} (${full}, with --short ${short})`, integer)
  }
  command.action((options: Options) => run([scenario], options))
}
withCommonOptions(
  program
    .command('all')
    .description('Runs all of them in this order, except flood, and prints a table at the end.'),
).action((options: Options) => run(scenarios, options))
await program.parseAsync()
