import { Command } from 'commander'
import colors from 'picocolors'
import { printable } from '../../../protocol/text.ts'
import { count } from '../../columns.ts'
import { sayPainted } from '../../output.ts'
import { MissingOutputs } from '../../required-outputs.ts'
import { print, targetOf } from '../../run.ts'
import type { Target } from '../../target.ts'
import { type Finding, type Level, problem, runCheck } from './check.ts'
import { outputs } from './checks/health.ts'
import { checks } from './checks.ts'

const help = `
Examples:
  npm run admin -- doctor
  npm run admin -- --stack AdminChat doctor
  npm run admin -- doctor --json

The last check creates two users, lets them exchange a message, and removes all their rows.

Exit code: 0 if nothing is wrong, 1 if something is wrong or could not be checked.`

/** The command that checks the whole chat and says how to repair what is wrong. */
export const doctorCommand = () =>
  new Command('doctor')
    .description('Check the whole chat, and say how to repair what is wrong.')
    .addHelpText('after', help)
    .action(async (_options: object, command: Command) => {
      const findings: (Finding & { readonly check: string })[] = []
      const isJson = command.optsWithGlobals<{ readonly json?: boolean }>().json === true
      for await (const [check, finding] of examine(() => targetOf(command))) {
        findings.push({ check, ...finding })
        if (!isJson) for (const line of findingLines(check, finding)) sayPainted(line)
      }
      const wrong = findings.filter(({ level }) => level === 'problem' || level === 'unknown').length
      if (wrong > 0) process.exitCode = 1
      print(command, { ok: wrong === 0, findings }, ['', summaryOf(wrong, findings)])
    })

function summaryOf(wrong: number, findings: readonly Finding[]): string {
  if (wrong > 0) return `${wrong} of ${findings.length} findings ${wrong === 1 ? 'needs' : 'need'} attention.`
  const notes = findings.filter(({ level }) => level === 'note').length
  return notes === 0 ? 'Nothing is wrong.' : `Nothing is wrong now. Read the ${count(notes, 'note')} above.`
}

type Findings = AsyncGenerator<readonly [check: string, finding: Finding]>

/** Yields what all checks find. Without the outputs of the stack, no check can run; this is reported as a finding. */
async function* examine(open: () => Promise<Target>): Findings {
  let target: Target
  try {
    target = await open()
  } catch (error) {
    if (!(error instanceof MissingOutputs)) throw error
    yield [outputs.name, problem(error.finding, error.remedy)]
    return
  }
  yield* runChecks(target)
}

/** Runs all checks at once, and yields their findings in the order of the table. */
async function* runChecks(target: Target): Findings {
  // The last check runs alone, after all others, because it would slow down what the others measure.
  const [last, ...others] = checks.toReversed()
  const running = others.toReversed().map((check) => [check.name, runCheck(check, target)] as const)
  for (const [name, findings] of running) for (const finding of await findings) yield [name, finding]
  if (last) for (const finding of await runCheck(last, target)) yield [last.name, finding]
}

const paint: Readonly<Record<Level, (text: string) => string>> = {
  ok: colors.green,
  note: colors.cyan,
  problem: colors.red,
  unknown: colors.yellow,
}

const NAME_WIDTH = 14
const LEVEL_WIDTH = 8

function findingLines(check: string, { level, text, remedy }: Finding): readonly string[] {
  const indent = ' '.repeat(LEVEL_WIDTH + 1 + NAME_WIDTH + 1)
  return [
    `${paint[level](level.padEnd(LEVEL_WIDTH))} ${check.padEnd(NAME_WIDTH)} ${printable(text)}`,
    ...(remedy === undefined ? [] : [`${indent}→ ${printable(remedy)}`]),
  ]
}
