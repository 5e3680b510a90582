import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { fileStorage } from '../../../client/node/file-storage.ts'

let folder = ''
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'file-storage-')), 'chat')
})
afterEach(() => rm(join(folder, '..'), { recursive: true, force: true }))

it('the storage stores, lists by prefix and deletes, and all processes see the same', async () => {
  const [one, two] = [fileStorage(folder), fileStorage(folder)]
  expect(await one.list('')).toEqual([])
  await one.set('b/2', { list: [1, 2] })
  await one.set('b/1', 'text')
  await one.set('c', 0)
  expect(await two.get('b/2')).toEqual({ list: [1, 2] })
  expect(await two.list('b/')).toEqual([
    ['b/1', 'text'],
    ['b/2', { list: [1, 2] }],
  ])
  await two.delete('b/1')
  await two.delete('unknown')
  expect(await one.get('b/1')).toBeUndefined()
  expect(await one.list('')).toHaveLength(2)
})

it('the last of several values remains, and no key is too long or looks like another', async () => {
  const storage = fileStorage(folder)
  const keys = ['a', 'A', 'a/b', 'a%2Fb', '../a', 'é', 'x'.repeat(1000)]
  await Promise.all([1, 2, 3].flatMap((value) => keys.map((key) => storage.set(key, `${key}${value}`))))
  for (const key of keys) expect(await storage.get(key)).toBe(`${key}3`)
  await Promise.all([storage.set('a', 'again'), storage.delete('a')])
  expect(await storage.get('a')).toBeUndefined()
})

it('only the owner can read what is stored', async () => {
  await fileStorage(folder).set('a', 1)
  const [name = ''] = await readdir(folder)
  expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600)
  expect((await stat(folder)).mode & 0o777).toBe(0o700)
})

it('what a killed process has left half-written is never read, and is deleted later', async () => {
  await fileStorage(folder).set('a', 1)
  const [name = ''] = await readdir(folder)
  const leftover = join(folder, `${name}.1-1.tmp`)
  await writeFile(leftover, '["a",')
  expect(await fileStorage(folder).list('')).toEqual([['a', 1]])
  expect(await readdir(folder)).toHaveLength(2)
  await utimes(leftover, new Date(0), new Date(0))
  await fileStorage(folder).get('a')
  expect(await readdir(folder)).toEqual([name])
})

it('[CLIENT-2] a folder that cannot be used is an error, which the store handles', async () => {
  await writeFile(folder, 'a file')
  await expect(fileStorage(folder).set('a', 1)).rejects.toThrow()
  await expect(fileStorage(folder).get('a')).rejects.toThrow()
})

/** Writes two keys by turns with ever higher counts, and prints each count that is stored. */
const WRITER = `
  const { fileStorage } = await import(process.argv[1])
  const storage = fileStorage(process.argv[2])
  const counts = (await storage.list('')).map(([, { count }]) => count)
  for (let count = Math.max(0, ...counts) + 1; ; count++) {
    await storage.set(count % 2 ? 'odd' : 'even', { count, text: String(count).repeat(20_000) })
    console.log(count)
  }`

it('[CLIENT-2] a process that is killed at any moment leaves whole values, and no stored value is lost', async () => {
  const library = join(folder, '../file-storage.mjs')
  const entryPoints = ['client/node/file-storage.ts']
  await build({ entryPoints, bundle: true, platform: 'node', format: 'esm', outfile: library })
  const reader = fileStorage(folder)
  let last = 0
  const check = async () => {
    const rows = await reader.list('')
    const values = rows.map(([, value]) => value as { readonly count: number; readonly text: string })
    expect(values).toHaveLength(Math.max(values.length, Math.min(last, 2)))
    for (const { count, text } of values) expect(text === String(count).repeat(20_000)).toBe(true)
    expect(Math.max(0, ...values.map(({ count }) => count))).toBeGreaterThanOrEqual(last)
  }
  for (let round = 0; round < 10; round++) {
    const writer = spawn(process.execPath, ['--input-type=module', '-e', WRITER, library, folder])
    const killAt = last + 5
    for await (const counts of writer.stdout) {
      last = Number(String(counts).trim().split('\n').at(-1))
      await check()
      if (last >= killAt) break
    }
    // Somewhere in the writing of the next value, which takes a few milliseconds.
    setTimeout(() => writer.kill('SIGKILL'), (round % 8) / 2)
    await once(writer, 'exit')
    await check()
  }
  expect(last).toBeGreaterThanOrEqual(50)
})
