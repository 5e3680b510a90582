import { Command, InvalidArgumentError, Option } from 'commander'
import { print } from '../../run.ts'
import { alternativesOf, crossoverOf } from './alternatives.ts'
import { billOf } from './bill.ts'
import { costLines } from './lines.ts'
import type { Usage } from './usage.ts'

/** The command that computes the bill of a month. It calls neither a chat nor AWS. */
export const costCommand = () =>
  new Command('cost')
    .description(
      'Compute what a month costs on AWS, from the work that the tests count and from list prices.',
    )
    .option('--users <n>', 'users', atLeast(1), 20)
    .option('--hours <n>', 'hours a day during which each user has the chat in view', atMost(24), 2)
    .option('--hidden-hours <n>', 'further hours a day in a tab that is not in view', atMost(24), 0)
    .option('--days <n>', 'days of the month on which the users work', atMost(31), 22)
    .option('--messages <n>', 'messages of all users together', atLeast(1), 100_000)
    .option('--devices <n>', 'devices of each user that are connected', atLeast(1), 1)
    .option('--group <n>', 'participants of a conversation, from 2 to 100', between(2, 100), 2)
    .option('--polling-users <n>', 'users who have no WebSocket and poll instead', atLeast(0), 0)
    .option('--alarms <n>', 'CloudWatch alarms', atLeast(0), 0)
    .option('--no-typing', 'typing notices are switched off')
    .option('--no-presence', 'presence is switched off')
    .addOption(
      new Option('--region <name>', 'the Region whose prices apply')
        .choices(['us-east-1'])
        .default('us-east-1'),
    )
    .addHelpText('after', help)
    .action((usage: Usage, command: Command) => {
      if (usage.pollingUsers > usage.users) command.error('error: --polling-users cannot exceed --users')
      if (usage.hours + usage.hiddenHours > 24) command.error('error: a day has 24 hours')
      const [bill, alternatives, crossover] = [billOf(usage), alternativesOf(usage), crossoverOf(usage)]
      print(
        command,
        { usage, ...bill, alternatives, crossover },
        costLines(usage, bill, alternatives, crossover),
      )
    })

const help = `
Examples:
  npm run admin -- cost --users 20 --hours 2 --messages 100000
  npm run admin -- cost --users 500 --hours 8 --messages 2000000 --devices 2 --json

Exit code: 0; 1 if an option is invalid.`

const between = (least: number, most: number) => (text: string) => {
  const value = Number(text)
  if (text.trim() !== '' && value >= least && value <= most && Number.isInteger(value)) return value
  throw new InvalidArgumentError(`Must be a whole number from ${least} to ${most}.`)
}
const atLeast = (least: number) => between(least, 1e12)

/** Fractions are allowed. */
const atMost = (most: number) => (text: string) => {
  const value = Number(text)
  if (text.trim() !== '' && value >= 0 && value <= most) return value
  throw new InvalidArgumentError(`Must be from 0 to ${most}.`)
}
