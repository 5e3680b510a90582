import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { queuedConcurrency } from '../../../local/aws/lambda/concurrency.ts'
import type { WorkerFaults } from '../../../local/aws/lambda/container.ts'
import { createPool } from '../../../local/aws/lambda/pool.ts'
import { listen } from '../../../local/network.ts'
import { temporaryDirectory } from '../temporary.ts'

/** Makes `calls` remote calls, one after another, and returns the time. */
const bundle = `
import http from 'node:http'
const call = (url) => new Promise((resolve, reject) =>
  http.request(url, { method: 'POST' }, (answer) => answer.resume().on('end', resolve)).on('error', reject).end('x'))
export const handler = async ({ calls }, context) => {
  for (let n = 0; n < calls; n += 1) await call(process.env.REMOTE)
  return { now: Date.now(), then: new Date().getTime(), day: new Date('2026-01-02').getTime(), left: context.getRemainingTimeInMillis() }
}`

async function startWorker(faults: Partial<WorkerFaults>) {
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
    concurrency: queuedConcurrency(),
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

describe('a container with faults', () => {
  it('exits during its n-th remote call, and the next invocation gets a new one', async () => {
    const fates = [3, undefined]
    const { pool, calls } = await startWorker({ diesAtCall: () => fates.shift() })
    await expect(pool.invoke({ calls: 5 })).rejects.toThrow('the function exited')
    expect(calls()).toBeGreaterThanOrEqual(2)
    expect(calls()).toBeLessThanOrEqual(3)
    await expect(pool.invoke({ calls: 5 })).resolves.toBeDefined()
  })

  it('survives if its invocation makes fewer calls, and counts each invocation separately', async () => {
    const fates = [3, undefined, 3]
    const { pool } = await startWorker({ diesAtCall: () => fates.shift() })
    for (const calls of [2, 5, 2]) await expect(pool.invoke({ calls })).resolves.toBeDefined()
  })

  it('has a wrong clock, but the right deadline', async () => {
    const { pool } = await startWorker({ clockOffsetMs: () => 240_000 })
    const { now, then, day, left } = (await pool.invoke({ calls: 0 })) as Record<string, number>
    expect(now).toBeGreaterThan(Date.now() + 200_000)
    expect(then).toBeGreaterThan(Date.now() + 200_000)
    expect(day).toBe(Date.UTC(2026, 0, 2))
    expect(left).toBeGreaterThan(4000)
    expect(left).toBeLessThanOrEqual(5000)
  })
})
