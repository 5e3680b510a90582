/**
 * Prints which quota breaks first: in one room with many receivers, and with many users in conversations of two. It
 * measures nothing.
 *
 *   npm run model
 *   npm run model -- --users 20000 --per-minute 1 --concurrency 10
 */
import { Command, InvalidArgumentError } from 'commander'
import { type Check, mostUsed } from './quotas.ts'
import { fanOutSeconds, roomChecks } from './room.ts'
import { userChecks } from './users.ts'

interface Options {
  readonly receivers: readonly number[]
  readonly perSecond: number
  readonly users: number
  readonly perMinute: number
  readonly concurrency: number
  readonly memory: number
}

const { receivers, perSecond, users, perMinute, concurrency, memory } = new Command('npm run model --')
  .description('Prints which quota of AWS, or limit of our own, breaks first.')
  .option('--receivers <list>', 'connections in one room, comma-separated', numbers, [1000, 10_000, 100_000])
  .option('--per-second <n>', 'messages a second in that room', number, 1)
  .option('--users <n>', 'users in conversations of two', number, 10_000)
  .option('--per-minute <n>', 'messages that each of them sends a minute', number, 1)
  .option('--concurrency <n>', 'concurrent invocations of the account', number, 1000)
  .option('--memory <megabytes>', 'memory of the functions', number, 1024)
  .allowExcessArguments(false)
  .parse()
  .opts<Options>()

for (const count of receivers) {
  const room = { receivers: count, messagesPerSecond: perSecond, concurrency, memoryMegabytes: memory }
  console.log(
    `One room with ${count.toLocaleString('en-US')} receivers, messages per second: ${perSecond}. ` +
      `To post one message takes an invocation ${fanOutSeconds(room).toFixed(1)} s.`,
  )
  show(roomChecks(room))
}
console.log(
  `${users.toLocaleString('en-US')} users in conversations of two, messages per minute from each: ${perMinute}.`,
)
show(userChecks({ users, perMinute, concurrency }))

function show(checks: readonly Check[]): void {
  for (const { name, used, consequence } of mostUsed(checks)) {
    console.log(
      `  ${`${(100 * used).toFixed(used < 0.1 ? 1 : 0)} %`.padStart(8)}  ${name}${used > 1 ? `: ${consequence}` : ''}`,
    )
  }
  console.log()
}

function number(text: string): number {
  const value = Number(text)
  if (value > 0) return value
  throw new InvalidArgumentError('Must be a number above 0.')
}

function numbers(text: string): readonly number[] {
  return text.split(',').map(number)
}
