import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createConcurrency } from '../../../local/aws/lambda/concurrency.ts'
import type { WorkerFaults } from '../../../local/aws/lambda/container.ts'
import { createPool } from '../../../local/aws/lambda/pool.ts'
import { listen } from '../../../local/network.ts'
import { temporaryDirectory } from '../temporary.ts'

/** Calls so often, one after the other, and tells the time. */
const bundle = `
import http from 'node:http'
const call = (url) => new Promise((resolve, reject) =>
  http.request(url, { method: 'POST' }, (answer) => answer.resume().on('end', resolve)).on('error', reject).end('x'))
export const handler = async ({ calls }, context) => {
  for (let n = 0; n < calls; n += 1) await call(process.env.REMOTE)
  return { now: Date.now(), then: new Date().getTime(), day: new Date('2026-01-02').getTime(), left: context.getRemainingTimeInMillis() }
}`

async function aWorker(faults: Partial<WorkerFaults>) {
  let calls = 0
  const remote = createServer((request, response) => {
    request.resume().on('end', () => {
      calls += 1
      response.end()
    })
  })
  const REMOTE = `http://127.0.0.1:${await listen(remote, 0, '127.0.0.1')}`
  const codeDir = temporaryDirectory()
  writeFileSync(join(codeDir, 'index.mjs'), bundle)
  const pool = createPool({
    concurrency: createConcurrency(),
    definition: {
      name: 'Test',
      codeDir,
      handler: 'index.handler',
      timeoutMs: 5000,
      memoryMegabytes: 128,
      environment: { REMOTE },
      faults: { diesAtCall: () => undefined, clockOffsetMs: () => 0, ...faults },
    },
    log: () => undefined,
  })
  onTestFinished(async () => {
    await pool.close()
    remote.closeAllConnections()
    remote.close()
  })
  return { pool, calls: () => calls }
}

describe('a worker with faults', () => {
  it('dies with its n-th remote call on the way, and the next invocation gets another one', async () => {
    const fates = [3, undefined]
    const { pool, calls } = await aWorker({ diesAtCall: () => fates.shift() })
    await expect(pool.invoke({ calls: 5 })).rejects.toThrow('the function exited')
    expect(calls()).toBeGreaterThanOrEqual(2)
    expect(calls()).toBeLessThanOrEqual(3)
    await expect(pool.invoke({ calls: 5 })).resolves.toBeDefined()
  })

  it('lives when its invocation makes fewer calls, and counts anew in the next one', async () => {
    const fates = [3, undefined, 3]
    const { pool } = await aWorker({ diesAtCall: () => fates.shift() })
    for (const calls of [2, 5, 2]) await expect(pool.invoke({ calls })).resolves.toBeDefined()
  })

  it('has a clock that is off, and a deadline that is not', async () => {
    const { pool } = await aWorker({ clockOffsetMs: () => 240_000 })
    const { now, then, day, left } = (await pool.invoke({ calls: 0 })) as Record<string, number>
    expect(now).toBeGreaterThan(Date.now() + 200_000)
    expect(then).toBeGreaterThan(Date.now() + 200_000)
    expect(day).toBe(Date.UTC(2026, 0, 2))
    expect(left).toBeGreaterThan(4000)
    expect(left).toBeLessThanOrEqual(5000)
  })
})
