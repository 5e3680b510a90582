import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type QueuedConcurrencyOptions, queuedConcurrency } from '../../../../local/aws/lambda/concurrency.ts'
import type { ContainerDefinition } from '../../../../local/aws/lambda/container.ts'
import { FunctionError } from '../../../../local/aws/lambda/invoke.ts'
import { createPool } from '../../../../local/aws/lambda/pool.ts'
import { temporaryDirectory } from '../../temporary.ts'

/** Writes a bundle with this code. */
function bundle(source: string): string {
  const directory = join(temporaryDirectory(), 'code')
  mkdirSync(directory)
  writeFileSync(join(directory, 'index.cjs'), source)
  return directory
}

function aDefinition(source: string, rest: Partial<ContainerDefinition> = {}): ContainerDefinition {
  return {
    name: 'Sample',
    codeDir: bundle(source),
    handler: 'index.handler',
    timeoutMs: 5_000,
    memoryMegabytes: 128,
    environment: {},
    ...rest,
  }
}

function aPool(
  source: string,
  rest: Partial<ContainerDefinition> = {},
  limits: QueuedConcurrencyOptions = {},
  maxIdleMs = 10_000,
) {
  const lines: string[] = []
  const definition = aDefinition(source, rest)
  const concurrency = queuedConcurrency(limits)
  const log = (name: string, line: string) => lines.push(`${name}: ${line}`)
  const pool = createPool({ definition, concurrency, log, maxIdleMs })
  onTestFinished(() => pool.close())
  return { pool, lines }
}

/** Returns which invocation of which container it was. */
const counting = (label: string) => `
  const container = Math.random()
  let count = 0
  exports.handler = async () => ({ label: '${label}', container, count: ++count })`

/** Says that it has started, and returns when a file exists, so that the test controls how long an invocation takes. */
const held = `
  const { existsSync } = require('node:fs')
  const container = Math.random()
  let running = 0
  exports.handler = async ({ until }) => {
    const together = ++running
    console.log('started')
    while (until && !existsSync(until)) await new Promise(setImmediate)
    running--
    return { container, together }
  }`

describe('a function', () => {
  it('receives the event, a context, and only its own environment', async () => {
    const source = `exports.handler = async (event, context) => ({
      event, env: { ...process.env }, name: context.functionName, memory: context.memoryLimitInMB,
      id: typeof context.awsRequestId, remaining: context.getRemainingTimeInMillis() })`
    const { pool } = aPool(source, { environment: { ONLY: 'this' } })
    const result = await pool.invoke({ a: [1, null] })
    expect(result).toMatchObject({
      event: { a: [1, null] },
      env: { ONLY: 'this' },
      name: 'Sample',
      memory: '128',
      id: 'string',
    })
    expect(Object.keys((result as { env: object }).env)).toEqual(['ONLY'])
    const { remaining } = result as { remaining: number }
    expect(remaining).toBeGreaterThan(0)
    expect(remaining).toBeLessThanOrEqual(5_000)
  })

  it('returns JSON: undefined becomes null, and undefined properties are dropped', async () => {
    const { pool } = aPool(
      'exports.handler = async (key) => ({ none: undefined, gone: { a: undefined } })[key]',
    )
    expect(await pool.invoke('none')).toBeNull()
    expect(await pool.invoke('gone')).toEqual({})
  })

  it('rejects with a FunctionError when it throws, and logs the stack', async () => {
    const { pool, lines } = aPool('exports.handler = async () => { throw new TypeError("no such room") }')
    const error = await pool.invoke({}).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(FunctionError)
    expect(lines.join()).toMatch(/^Sample: TypeError: no such room\n\s+at .*index\.cjs/)
  })

  it('rejects each invocation when it does not load', async () => {
    const { pool } = aPool('throw new Error("bad bundle")')
    await expect(pool.invoke({})).rejects.toThrow('bad bundle')
    await expect(pool.prepare()).rejects.toThrow('bad bundle')
  })

  it('logs its output line by line under its name', async () => {
    const { pool, lines } = aPool(
      'exports.handler = async () => { console.log("one\\ntwo"); console.error("three") }',
    )
    await pool.invoke({})
    await expect.poll(() => [...lines].sort()).toEqual(['Sample: one', 'Sample: three', 'Sample: two'])
  })
})

describe('a container', () => {
  it('runs one invocation at a time and is reused', async () => {
    const { pool } = aPool(counting('a'))
    const first = await pool.invoke({})
    const second = await pool.invoke({})
    expect(second).toEqual({ ...(first as object), count: 2 })
  })

  it('is joined by others while it is busy, up to the maximum; further invocations queue', async () => {
    const { pool, lines } = aPool(held, {}, { maximum: 2 })
    const until = join(temporaryDirectory(), 'go')
    const invocations = [1, 2, 3, 4, 5].map(() => pool.invoke({ until }))
    await expect.poll(() => lines.length).toBe(2)
    writeFileSync(until, '')
    const results = (await Promise.all(invocations)) as { container: number; together: number }[]
    expect(results.map(({ together }) => together)).toEqual([1, 1, 1, 1, 1])
    expect(new Set(results.map(({ container }) => container)).size).toBe(2)
  })

  it('is joined by one other at most while they become free', async () => {
    const { pool } = aPool(counting('a'), {}, { baseline: 20 })
    const results = await Promise.all(Array.from({ length: 20 }, () => pool.invoke({})))
    const containers = new Set((results as { container: number }[]).map(({ container }) => container))
    expect(containers.size).toBeLessThanOrEqual(2)
  })

  it('is joined by as many as needed while all of them are busy', async () => {
    const { pool, lines } = aPool(held, {}, { baseline: 5 })
    const until = join(temporaryDirectory(), 'go')
    const invocations = [1, 2, 3, 4, 5].map(() => pool.invoke({ until }))
    await expect.poll(() => lines.length, { timeout: 10_000 }).toBe(5)
    writeFileSync(until, '')
    await Promise.all(invocations)
  })

  it('ends when it has been idle for a while, unless it is the last one', async () => {
    const beating = `${held}; setInterval(() => console.log(container), 5)`
    const { pool, lines } = aPool(beating, {}, { baseline: 4 }, 20)
    const until = join(temporaryDirectory(), 'go')
    const invocations = [1, 2, 3, 4].map(() => pool.invoke({ until }))
    const started = () => lines.filter((line) => line.endsWith('started')).length
    await expect.poll(started, { timeout: 10_000 }).toBe(4)
    writeFileSync(until, '')
    await Promise.all(invocations)
    await expect.poll(() => new Set(lines.splice(0)).size, { interval: 100, timeout: 10_000 }).toBe(1)
  })

  it('does not run an invocation that is no longer wanted by the time it could start', async () => {
    const { pool } = aPool(held, {}, { baseline: 1, hasIdleCore: () => false })
    const until = join(temporaryDirectory(), 'go')
    const holding = pool.invoke({ until })
    let isWanted = true
    const [unwanted, kept] = [pool.invoke({}, () => isWanted), pool.invoke({})]
    isWanted = false
    writeFileSync(until, '')
    await expect(unwanted).rejects.toThrow('no longer waits')
    await Promise.all([holding, kept])
  })

  it('is terminated when it times out, and the next invocation gets a new one', async () => {
    const source =
      'exports.handler = async (slow) => slow ? new Promise(() => setInterval(() => {}, 1e6)) : "fine"'
    const { pool, lines } = aPool(source, { timeoutMs: 200 })
    await expect(pool.invoke(true)).rejects.toThrow('timed out after 0.2 s')
    expect(lines).toEqual(['Sample: timed out after 0.2 s'])
    expect(await pool.invoke(false)).toBe('fine')
  })

  it('is terminated even if it blocks its thread forever', async () => {
    const { pool } = aPool('exports.handler = async () => { for (;;); }', { timeoutMs: 200 })
    await expect(pool.invoke({})).rejects.toBeInstanceOf(FunctionError)
  })

  it.each([
    ['exits', 'process.exit(3)'],
    [
      'throws out of a callback',
      'setImmediate(() => { throw new Error("late") }); await new Promise(() => setInterval(() => {}, 1e6))',
    ],
    [
      'leaves a rejection unhandled',
      'void Promise.reject(new Error("lost")); await new Promise(() => setInterval(() => {}, 1e6))',
    ],
  ])('that %s rejects its invocation and is replaced', async (_, crash) => {
    const { pool } = aPool(`exports.handler = async (fail) => { if (fail) { ${crash} } return 'alive' }`)
    await expect(pool.invoke(true)).rejects.toBeInstanceOf(FunctionError)
    expect(await pool.invoke(false)).toBe('alive')
  })
})

describe('new code', () => {
  it('is used from the next invocation on, while running invocations finish on the old code', async () => {
    const { pool, lines } = aPool(held)
    const until = join(temporaryDirectory(), 'go')
    const old = pool.invoke({ until })
    await expect.poll(() => lines.length).toBe(1)
    const prepared = await pool.prepare(aDefinition(counting('new')))
    prepared.commit()
    expect(await pool.invoke({})).toMatchObject({ label: 'new' })
    writeFileSync(until, '')
    expect(await old).toMatchObject({ together: 1 })
    expect(await pool.invoke({})).toMatchObject({ label: 'new' })
  })

  it('is discarded when it does not load, and the old code stays in use', async () => {
    const { pool } = aPool(counting('old'))
    await expect(pool.prepare(aDefinition('throw new Error("typo")'))).rejects.toThrow('typo')
    expect(await pool.invoke({})).toMatchObject({ label: 'old' })
  })
})

it('a closed pool rejects running, queued and new invocations', async () => {
  const { pool } = aPool(held, {}, { maximum: 1 })
  const until = join(temporaryDirectory(), 'never')
  const pending = [pool.invoke({ until }), pool.invoke({ until })]
  await pool.close()
  for (const invocation of [...pending, pool.invoke({})]) {
    await expect(invocation).rejects.toBeInstanceOf(FunctionError)
  }
})
