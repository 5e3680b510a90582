/**
 * Checks how much CPU time it takes to load each bundle, relative to the CPU time of a process that loads an empty
 * file. The processes run in turns, which keeps the ratio stable on a busy machine and comparable between machines.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { environment } from '../lambdas/environment.ts'
import { buildBundles } from '../lib/bundles.ts'
import { functionNames } from '../lib/permissions.ts'

/** 40 percent above the ratios that were measured with Node 20 on two busy cores. */
const MAX_RATIO = { lifecycle: 0.8, frames: 1.1, rest: 1.37, worker: 1.02 }
const ROUNDS = 5

/** Prints the CPU time of the whole process, all its threads included, in microseconds. */
const script = `require(process.argv[1])
const { user, system } = process.cpuUsage()
process.stdout.write(String(user + system), () => process.exit())`

/** The values do not matter, because nothing is called, but each must have the right form. */
const env = {
  ...process.env,
  AWS_REGION: 'us-east-1',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  ...Object.fromEntries(Object.values(environment).map((name) => [name, '{}'])),
  [environment.callbackUrl]: 'https://localhost',
}
const loadOf = (file: string) =>
  Number(execFileSync(process.execPath, ['--eval', script, file], { env, encoding: 'utf8' }))

const folder = mkdtempSync(join(tmpdir(), 'admin-chat-'))
try {
  const bundles = await buildBundles({ outdir: folder })
  const empty = join(folder, 'empty.cjs')
  writeFileSync(empty, '')
  const files = [empty, ...functionNames.map((name) => join(bundles[name], 'index.cjs'))]
  const rounds = Array.from({ length: ROUNDS }, () => files.map(loadOf))
  const [ofEmpty = 0, ...ofBundles] = files.map((_, n) => Math.min(...rounds.map((loads) => loads[n] ?? 0)))
  for (const [n, name] of functionNames.entries()) {
    const ratio = (ofBundles[n] ?? 0) / ofEmpty - 1
    const isSlow = ratio > MAX_RATIO[name]
    console.log(`${name}: ${ratio.toFixed(2)} of at most ${MAX_RATIO[name]}${isSlow ? ', too slow' : ''}`)
    if (isSlow) process.exitCode = 1
  }
} finally {
  rmSync(folder, { recursive: true })
}
