/**
 * Measures `npm start`: how long the start takes, how much memory the laptop uses, how many messages it handles, and
 * how this compares with its database engine alone. Compares this folder with another checkout of the repository, in
 * turns.
 *
 *   npm run bench:laptop
 *   npm run bench:laptop -- --against ../before --rounds 5
 */
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { runCommand } from '../cli/run.ts'
import { manyPairs } from './compare/scenarios/many-pairs.ts'
import { twoPeople } from './compare/scenarios/two-people.ts'
import { table } from './compare/summary.ts'
import { openBareEngine } from './laptop/engine.ts'
import { type Laptop, startLaptop } from './laptop/start.ts'
import { readCount } from './read-count.ts'

type Figures = Readonly<Record<string, number>>

const root = fileURLToPath(new URL('..', import.meta.url))

const program = new Command('npm run bench:laptop --')
  .description('Measures the start, the memory and the speed of the laptop runtime, with 240 users.')
  .option('--against <folder>', 'another checkout of this repository, measured in turns with this one')
  .option('--rounds <n>', 'how often each checkout is measured', readCount, 3)
  .action(async ({ against, rounds }: { readonly against?: string; readonly rounds: number }) => {
    const folders = new Map([['this', root]])
    if (against) folders.set('against', resolve(against))
    const measured = new Map<string, Figures[]>([...folders.keys()].map((name) => [name, []]))
    // The first start of a checkout builds it, which later starts do not repeat.
    for (const folder of folders.values()) await (await startLaptop(folder, {})).stop()
    for (let round = 1; round <= rounds; round++) {
      for (const [name, folder] of folders) {
        process.stderr.write(`round ${round} of ${rounds}: ${name}\n`)
        measured.get(name)?.push(await measure(folder))
      }
    }
    console.log(table(measured))
  })

async function measure(folder: string): Promise<Figures> {
  const laptop = await startLaptop(folder, manyPairs.rooms)
  try {
    const engine = openBareEngine(laptop.dataDir)
    // The two people are the first of the pairs.
    const two = await twoPeople.run({ ...laptop, connect: (user) => laptop.connect(user, 'pair0') })
    // The engine is measured between the two loads, because the speed of a machine varies, and because a hundred
    // connections are cleaned up after the second load.
    const engineMs = await engine.latency(laptop.conversations.get('pair0') ?? '')
    const enginePerSecond = await engine.throughput([...laptop.conversations.values()])
    engine.close()
    const many = await manyPairs.run(laptop)
    const { 'delivered p50 ms': deliveredMs = Number.NaN } = two
    const { 'texts per second': perSecond = Number.NaN, 'memory MB': loadedMb = Number.NaN } = many
    await leaveConnected(laptop)
    return {
      'ready ms': laptop.readyMs,
      'idle MB': laptop.idleMb,
      'delivered p50 ms': deliveredMs,
      'delivered ÷ engine': deliveredMs / engineMs,
      'texts per second': perSecond,
      'throughput ÷ engine': perSecond / enginePerSecond,
      'after the load MB': loadedMb,
      'after a restart MB': await laptop.restart(),
    }
  } finally {
    await laptop.stop()
  }
}

/**
 * Leaves users connected: a laptop that is stopped while users are connected finds their connections when it starts
 * again.
 */
async function leaveConnected(laptop: Laptop): Promise<void> {
  for (const [room, { users }] of Object.entries(manyPairs.rooms)) {
    for (const user of users) await laptop.connect(user, room)
  }
}

await runCommand(program)
