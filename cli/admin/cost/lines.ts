import type { Alternative, Crossover } from './alternatives.ts'
import type { Bill, Line } from './bill.ts'
import type { Usage } from './usage.ts'

export const dollars = (usd: number) => `$${usd.toFixed(2)}`
const number = (amount: number) => amount.toLocaleString('en-US')

/** A bill and the alternatives to it, as lines for people. */
export function costLines(
  usage: Usage,
  bill: Bill,
  alternatives: readonly Alternative[],
  crossover: Crossover,
): string[] {
  const total = { name: 'total', usd: bill.usd }
  const free = { name: 'total minus what is always free', usd: bill.usdAfterFree }
  return [
    `A month in us-east-1: ${usageText(usage)}.`,
    '',
    ...[...bill.causes].sort((a, b) => b.usd - a.usd).map(lineText(bill.usd)),
    ...[total, free].map(lineText()),
    '',
    'As AWS bills it:',
    ...bill.services.map(lineText()),
    '',
    'Instead:',
    ...alternatives.map(
      ({ name, usd, note }) =>
        `  ${name.padEnd(34)}${(usd === undefined ? 'too small' : dollars(usd)).padStart(9)}  ${note}`,
    ),
    '',
    crossoverText(crossover),
    'List prices and their sources: cli/admin/cost/prices.ts. Taxes, support and your own domain are not included.',
  ]
}

const lineText =
  (total?: number) =>
  ({ name, usd }: Line) => {
    const share = total ? `${Math.round((100 * usd) / total)} %`.padStart(6) : ''
    return `  ${name.padEnd(34)}${dollars(usd).padStart(9)}${share}`
  }

function usageText({
  users,
  hours,
  hiddenHours,
  days,
  messages,
  devices,
  group,
  pollingUsers,
}: Usage): string {
  return [
    `${number(users)} users`,
    `${hours} hours a day on ${days} days`,
    ...(hiddenHours > 0 ? [`${hiddenHours} more in the background`] : []),
    ...(devices > 1 ? [`${devices} devices each`] : []),
    ...(pollingUsers > 0 ? [`${number(pollingUsers)} of them polling`] : []),
    `${number(messages)} messages in conversations of ${number(group)}`,
  ].join(', ')
}

function crossoverText({ messages, users }: Crossover): string {
  const least = [
    ...(messages === undefined ? [] : [`if these users send ${number(messages)} messages or more`]),
    ...(users === undefined ? [] : [`if there are ${number(users)} such users or more`]),
  ]
  return least.length === 0
    ? 'The Lightsail server is cheaper for any number of messages and of such users.'
    : `The Lightsail server is cheaper ${least.join(', or ')}.`
}
