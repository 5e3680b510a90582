import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('./servers/', import.meta.url))
/** The unit of CPU times in /proc: 100 a second on every Linux that Node supports. */
const TICK_MS = 10

/** Debian's Python, which finds Debian's packages. */
export const PYTHON = '/usr/bin/python3'

/** CPU times in ms; NaN outside Linux. */
export interface CpuMs {
  readonly mainThread: number
  readonly otherThreads: number
  readonly children: number
}

export interface Process {
  /** The CPU time that the server and its children have used. */
  cpuMs(): CpuMs
  /** The memory of the server and its children, in MB; NaN outside Linux. */
  memoryMb(): number
  stop(): Promise<void>
}

/** Starts a server in a process of its own. Its first line on standard output is JSON that says how to reach it. */
export async function startServer<Ready>(
  file: string,
  args: readonly string[],
): Promise<Process & { readonly ready: Ready }> {
  const [command, ...options] = file.endsWith('.py') ? [PYTHON] : [process.execPath, '--import', 'tsx']
  const child = spawn(command, [...options, folder + file, ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })
  const [line] = await Promise.race([
    once(lines, 'line'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`${file} ended with exit code ${code}`))),
  ])
  return {
    ready: JSON.parse(line),
    ...usageOf(child.pid as number),
    async stop() {
      const exited = once(child, 'exit')
      // A server ends when its standard input ends, so it also ends if this process is killed.
      child.stdin.end()
      await exited
    },
  }
}

/** The CPU time and the memory of a process and its descendants. */
export function usageOf(root: number): Pick<Process, 'cpuMs' | 'memoryMb'> {
  const sum = (pids: readonly number[], read: (pid: number) => number) =>
    pids.reduce((total, pid) => total + read(pid), 0)
  const cpuOf = (task: number | string) => (Number(statOf(task)[11]) + Number(statOf(task)[12])) * TICK_MS
  return {
    cpuMs() {
      const mainThread = cpuOf(`${root}/task/${root}`)
      const [, ...children] = treeOf(root)
      return { mainThread, otherThreads: cpuOf(root) - mainThread, children: sum(children, cpuOf) }
    },
    memoryMb: () => sum(treeOf(root), (pid) => (Number(statOf(pid)[21]) * 4096) / 1e6),
  }
}

/**
 * The fields of a `stat` file after the name: the parent is the second one, the CPU times are 12 and 13, the pages 22.
 */
function statOf(task: number | string): readonly string[] {
  try {
    const text = readFileSync(`/proc/${task}/stat`, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    return []
  }
}

/** A process with all its descendants. */
function treeOf(root: number): readonly number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  const parents = pids.map((pid) => [Number(pid), Number(statOf(pid)[1])] as const)
  const tree = [root]
  for (const parent of tree) tree.push(...parents.filter(([, of]) => of === parent).map(([pid]) => pid))
  return tree
}
