import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs'

/**
 * With this much memory, a function gets a whole CPU.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
 */
const MEGABYTES_PER_CPU = 1769
/** After each period, a group may use its share again. */
const PERIOD_US = 20_000

const CGROUPS = '/sys/fs/cgroup'

/** A group of processes that share a part of one CPU. */
export interface CpuGroup {
  /** A process joins by writing its id to this file. */
  readonly processesFile: string
  /** Removes the group. Call it only after all of its processes have ended. */
  remove(): void
}

/** The share of one CPU that Lambda gives to a function. */
export const cpuShare = (megabytes: number) => megabytes / MEGABYTES_PER_CPU

/** Creates a group with the CPU of a function. Throws an error with a sentence if this system does not allow it. */
export function createCpuGroup(megabytes: number): CpuGroup {
  const quotaUs = Math.round(PERIOD_US * cpuShare(megabytes))
  const isVersion2 = existsSync(`${CGROUPS}/cgroup.controllers`)
  const group = `${CGROUPS}/${isVersion2 ? '' : 'cpu/'}admin-chat-bench-${process.pid}`
  const limits: readonly (readonly [file: string, value: string])[] = isVersion2
    ? [['cpu.max', `${quotaUs} ${PERIOD_US}`]]
    : [
        ['cpu.cfs_period_us', String(PERIOD_US)],
        ['cpu.cfs_quota_us', String(quotaUs)],
      ]
  const remove = () => rmdirSync(group)
  try {
    mkdirSync(group)
    try {
      // Without the CPU controller, these files do not exist.
      for (const [file, value] of limits) writeFileSync(`${group}/${file}`, value, { flag: 'r+' })
    } catch (error) {
      remove()
      throw error
    }
  } catch (error) {
    throw new Error(
      'The CPU of a process cannot be limited here. This needs Linux, root, and control groups (version 1 or 2) whose ' +
        `cpu controller is on. ${error instanceof Error ? error.message : error}`,
    )
  }
  return { processesFile: `${group}/cgroup.procs`, remove }
}
