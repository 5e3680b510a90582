/**
 * Compares this chat on its laptop runtime with other systems, with the same WebSocket client for all. The systems
 * take turns, each with a new server in every round.
 *
 *   npm run bench
 */
import { Argument, Command } from 'commander'
import { runCommand } from '../../cli/run.ts'
import { readCount } from '../read-count.ts'
import { writePlots } from './plot.ts'
import { growth } from './scenarios/growth.ts'
import { history } from './scenarios/history.ts'
import { list } from './scenarios/list.ts'
import { manyPairs } from './scenarios/many-pairs.ts'
import { largeRooms, manyDevices } from './scenarios/rooms.ts'
import type { Figures, Scenario } from './scenarios/scenario.ts'
import { twoPeople } from './scenarios/two-people.ts'
import { medianOf, table } from './summary.ts'
import { installedSystems, type System } from './systems.ts'

/** The figures of each round, by system. */
export type Rounds = ReadonlyMap<string, readonly Figures[]>

const scenarios = { twoPeople, manyPairs, largeRooms, manyDevices, growth, history, list }

const program = new Command('npm run bench --')
  .description('Measures this chat on its laptop runtime beside other systems.')
  .addArgument(
    new Argument('[scenarios...]', 'what to measure')
      .choices(Object.keys(scenarios))
      .default(Object.keys(scenarios), 'everything'),
  )
  .option('--rounds <n>', 'how often each system is measured', readCount, 3)
  .option('--plots <folder>', 'also writes an SVG file for each comparison')
  .action(async (chosen: readonly (keyof typeof scenarios)[], { rounds, plots }: Options) => {
    const systems = installedSystems()
    for (const name of chosen) {
      const scenario: Scenario = scenarios[name]
      const measured = await measure(scenario, systems.filter(scenario.isFor ?? (() => true)), rounds)
      console.log(`\n${scenario.name}\n\n${table(measured)}\n`)
      if (plots && measured.size > 1) writePlots(plots, scenario.name, medianOf(measured))
    }
  })

interface Options {
  readonly rounds: number
  readonly plots?: string
}

async function measure(scenario: Scenario, systems: readonly System[], rounds: number): Promise<Rounds> {
  const measured = new Map<string, Figures[]>(systems.map(({ name }) => [name, []]))
  for (let round = 1; round <= rounds; round++) {
    for (const system of systems) {
      process.stderr.write(`${scenario.name}, round ${round} of ${rounds}: ${system.name}\n`)
      const server = await system.start(scenario.rooms)
      try {
        measured.get(system.name)?.push(await scenario.run(server))
      } finally {
        await server.stop()
      }
    }
  }
  return measured
}

await runCommand(program)
