/**
 * Compares this chat on its laptop runtime with other systems, with the same WebSocket client for all. The systems
 * take turns, each with a new server in every round.
 *
 *   npm run bench:compare
 */
import { Command } from 'commander'
import { runCommand } from '../../cli/run.ts'
import { readCount } from '../read-count.ts'
import { writePlots } from './plot.ts'
import { type Figures, scenarios } from './scenarios.ts'
import { medianOf, table } from './summary.ts'
import { systems } from './systems.ts'

/** What was measured in each round, by system. */
export type Rounds = ReadonlyMap<string, readonly Figures[]>

const program = new Command('npm run bench:compare --')
  .description('Measures this chat on its laptop runtime beside Socket.IO and a relay.')
  .option('--rounds <n>', 'how often each system is measured', readCount, 3)
  .option('--plots <folder>', 'also writes an SVG file for each scenario')
  .action(async ({ rounds, plots }: { readonly rounds: number; readonly plots?: string }) => {
    for (const scenario of scenarios) {
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
      console.log(`\n${scenario.name}\n\n${table(measured)}\n`)
      if (plots) writePlots(plots, scenario.name, medianOf(measured))
    }
  })

await runCommand(program)
