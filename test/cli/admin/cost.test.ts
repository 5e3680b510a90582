import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { alternativesOf, crossoverOf, server } from '../../../cli/admin/cost/alternatives.ts'
import { billOf } from '../../../cli/admin/cost/bill.ts'
import { costCommand } from '../../../cli/admin/cost/command.ts'
import { costLines } from '../../../cli/admin/cost/lines.ts'
import { meters, priceOf } from '../../../cli/admin/cost/prices.ts'
import type { Usage } from '../../../cli/admin/cost/usage.ts'

/** The options of the command if none is given. */
const usual = costCommand().opts<Usage>()
const aUsage = (differences: Partial<Usage> = {}): Usage => ({ ...usual, ...differences })

const sumOf = (lines: readonly { readonly usd: number }[]) => lines.reduce((sum, { usd }) => sum + usd, 0)
const causeIn = (usage: Usage, name: string) =>
  billOf(usage).causes.find((line) => line.name === name)?.usd ?? 0

describe('the bill', () => {
  it.each([
    ['20 users', aUsage()],
    ['a group of 40 with three devices each', aUsage({ users: 40, group: 40, devices: 3 })],
    ['users who poll', aUsage({ pollingUsers: 20 })],
    ['alarms', aUsage({ alarms: 30 })],
  ])('[OPS-45] adds up by cause and by service: %s', (_name, usage) => {
    const { causes, services, usd, usdAfterFree } = billOf(usage)
    expect(sumOf(causes)).toBeCloseTo(usd, 10)
    expect(sumOf(services)).toBeCloseTo(usd, 10)
    expect(usdAfterFree).toBeLessThan(usd)
  })

  it('[OPS-44] has a source and a date for each price', () => {
    const incomplete = meters.filter((meter) => {
      const { source, date, usd } = priceOf(meter)
      return !/^https:\/\//.test(source) || !/^20\d\d(-\d\d){0,2}$/.test(date) || usd <= 0
    })
    expect(incomplete).toEqual([])
  })

  it('[OPS-44] charges a message of two for three frames and its counted units', () => {
    const oneMore = (meter: 'socketMessages' | 'writeUnits' | 'readUnits') => {
      const service = priceOf(meter).service
      const usd = (messages: number) =>
        billOf(aUsage({ messages, typing: false })).services.find(({ name }) => name === service)?.usd ?? 0
      return (usd(2_000_000) - usd(1_000_000)) / 1_000_000
    }
    // A read mark adds three frames, two write units and three read units. A message is stored, and backed up.
    expect(oneMore('socketMessages')).toBeCloseTo((3 + 3) * 1e-6, 12)
    const stored = 800 / 1e9
    expect(oneMore('writeUnits')).toBeCloseTo(
      (4 + 2) * 0.625e-6 + (4 + 3) * 0.125e-6 + stored * (0.25 + 0.2),
      12,
    )
  })

  it('is lower without typing notices and without presence, which have no line then', () => {
    expect(causeIn(aUsage(), 'typing notices')).toBeGreaterThan(0)
    expect(causeIn(aUsage({ typing: false }), 'typing notices')).toBe(0)
    expect(causeIn(aUsage(), 'presence')).toBeGreaterThan(0)
    expect(causeIn(aUsage({ presence: false }), 'presence')).toBe(0)
  })

  it('counts heartbeats at the two intervals of the client library', () => {
    const inView = causeIn(aUsage({ hours: 1 }), 'heartbeats')
    const hidden = causeIn(aUsage({ hours: 0, hiddenHours: 10.2 }), 'heartbeats')
    expect(hidden).toBeCloseTo(inView, 10)
  })
})

describe('the comparison', () => {
  it('finds the number of messages and of users from which on the server is cheaper', () => {
    const usage = aUsage()
    const { messages = 0, users = 0 } = crossoverOf(usage)
    expect(billOf({ ...usage, messages }).usd).toBeCloseTo(server.usd, 2)
    const share = users / usage.users
    expect(billOf({ ...usage, users, messages: usage.messages * share }).usd).toBeCloseTo(server.usd, 0)
  })

  it('names neither if the server is cheaper in any case', () => {
    expect(crossoverOf(aUsage({ alarms: 60 }))).toEqual({ messages: undefined, users: undefined })
  })

  it('does not show a plan that cannot carry the usage', () => {
    const pusher = (usage: Usage) => alternativesOf(usage).find(({ name }) => name === 'Pusher Channels')?.usd
    expect(pusher(aUsage())).toBe(0)
    expect(pusher(aUsage({ users: 400 }))).toBe(49)
    expect(pusher(aUsage({ users: 10_000 }))).toBeUndefined()
  })
})

describe('the README', () => {
  const readme = readFileSync('README.md', 'utf8')
  const [, costs = ''] = /^## Costs\n(.*?)^## /ms.exec(readme) ?? []
  const usage = aUsage()
  const output = costLines(usage, billOf(usage), alternativesOf(usage), crossoverOf(usage)).join('\n')

  it('[OPS-44] shows what the command prints', () => {
    expect(costs).toContain(`\n${output}\n`)
  })

  it('[OPS-44] names no other figures in dollars than the command', () => {
    const figures = (text: string): readonly string[] => text.match(/\$\d+(\.\d+)?/g) ?? []
    expect(figures(costs).filter((figure) => !figures(output).includes(figure))).toEqual([])
  })
})
