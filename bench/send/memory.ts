import { InvalidArgumentError } from 'commander'
import { roundTrips } from '../../cli/admin/cost/counted-work.ts'
import { ROUND_TRIP_SECONDS } from '../../cli/admin/cost/lambda-time.ts'
import { prices } from '../../cli/admin/cost/prices.ts'
import { percentile } from '../../verification/model/percentile.ts'
import type { Figures } from '../compare/scenarios/scenario.ts'
import { cpuShare, createCpuGroup } from './quota.ts'

/**
 * When a process joins a group: before it loads the bundle, in which case it sends nothing, or before its first send.
 */
export interface Limited {
  readonly processesFile: string
  readonly from: 'load' | 'send'
}

interface Sample {
  readonly loadMs: number
  readonly firstMs: number
  /** Milliseconds that each of the sends 41 to 100 took. */
  readonly earlyMs: readonly number[]
}

const [LEAST_MB, MOST_MB] = [128, 10_240]

/** Reads the option with the memory of functions. */
export function readSizes(text: string): readonly number[] {
  const sizes = text.split(',').map(Number)
  if (sizes.every((size) => Number.isInteger(size) && size >= LEAST_MB && size <= MOST_MB)) return sizes
  throw new InvalidArgumentError(
    `Must be whole numbers of megabytes from ${LEAST_MB} to ${MOST_MB}, such as 512,1024.`,
  )
}

/**
 * Measures the sends of a container with each of these sizes, in turns. Lambda does not limit the CPU while it loads a
 * function, so the process joins its group after the loading. A second process shows how the limit would slow the
 * loading down.
 */
export async function measureSizes(
  sizes: readonly number[],
  rounds: number,
  run: (limited: Limited) => Promise<Sample>,
): Promise<ReadonlyMap<string, readonly Figures[]>> {
  const measured = new Map<string, Figures[]>(sizes.map((size) => [nameOf(size), []]))
  for (let round = 1; round <= rounds; round++) {
    for (const size of sizes) {
      process.stderr.write(`round ${round} of ${rounds}: ${size} MB\n`)
      const { processesFile, remove } = createCpuGroup(size)
      try {
        const { loadMs } = await run({ processesFile, from: 'load' })
        const { firstMs, earlyMs } = await run({ processesFile, from: 'send' })
        measured.get(nameOf(size))?.push({
          'load ms': loadMs,
          'first ms': firstMs,
          'p50 ms': percentile(earlyMs, 0.5),
          'p99 ms': percentile(earlyMs, 0.99),
          '$ per million': 1e6 * dollarsOf(size, earlyMs, 0),
          '$ with waiting': 1e6 * dollarsOf(size, earlyMs, roundTrips.send_message),
        })
      } finally {
        remove()
      }
    }
  }
  return measured
}

const nameOf = (megabytes: number) => `${megabytes} MB, ${cpuShare(megabytes).toFixed(2)} CPU`

/**
 * The average price that Lambda bills for the time of a send. The calls are answered at once here, so the time that
 * `npm run admin -- cost` assumes for each round trip is added. On AWS, a function does not use up its CPU quota while
 * it waits, so this is an upper bound.
 */
function dollarsOf(megabytes: number, sendsMs: readonly number[], waits: number): number {
  const meanMs = sendsMs.reduce((sum, ms) => sum + ms, 0) / sendsMs.length
  return (megabytes / 1024) * (meanMs / 1000 + waits * ROUND_TRIP_SECONDS) * prices.gigabyteSeconds.usd
}
