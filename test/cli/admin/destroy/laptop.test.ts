import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { askOnTerminal } from '../../../../cli/admin/destroy/confirm.ts'
import { destroyOnLaptop } from '../../../../cli/admin/destroy/laptop.ts'
import { laptopLines } from '../../../../cli/admin/destroy/lines.ts'
import { lockDataDir } from '../../../../local/data-dir.ts'
import { temporaryDirectory } from '../../../local/temporary.ts'

/** A data directory as the chat leaves it behind when it stops. */
function aDataDir(): string {
  const dataDir = temporaryDirectory()
  for (const file of ['dynamodb.sqlite', 'dynamodb.sqlite-wal', 'jwt-secret', 'queues.jsonl']) {
    writeFileSync(join(dataDir, file), 'x')
  }
  const key = 'a'.repeat(64)
  for (const file of [
    `chat/${'0'.repeat(32)}/${key}.json`,
    `chat/${'0'.repeat(32)}/${key}.json.7-1.tmp`,
    'logs/rest.jsonl',
    'logs/rest.jsonl.1',
    'cdk.out/bundles/rest/index.cjs',
    'cdk.out/AdminChat.template.json',
  ])
    write(dataDir, file)
  return dataDir
}

function write(dataDir: string, file: string): void {
  mkdirSync(dirname(join(dataDir, file)), { recursive: true })
  writeFileSync(join(dataDir, file), 'x')
}

const everything = { everything: true, yes: undefined }
const answering = (answer: string) => vi.fn(async (_question: string) => answer)

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined)
  return () => vi.restoreAllMocks()
})

describe('destroy on a laptop', () => {
  it('[OPS-29] asks twice for the name of the data directory, and deletes it', async () => {
    const dataDir = aDataDir()
    const ask = answering(basename(dataDir))
    const result = await destroyOnLaptop(dataDir, everything, ask)
    expect(ask).toHaveBeenCalledTimes(2)
    expect(existsSync(dataDir)).toBe(false)
    expect(laptopLines(dataDir, everything, result).at(-1)).toBe(
      `Nothing is left: the directory ${dataDir} does not exist.`,
    )
  })

  it('[OPS-29] deletes nothing after another answer', async () => {
    const dataDir = aDataDir()
    const before = readdirSync(dataDir)
    await expect(destroyOnLaptop(dataDir, everything, answering('yes'))).rejects.toThrow(
      /Nothing was deleted/,
    )
    expect(readdirSync(dataDir)).toEqual(before)
  })

  it('[OPS-29] keeps files that the chat has not made, and names them', async () => {
    const dataDir = aDataDir()
    writeFileSync(join(dataDir, 'faults.json'), '{}')
    const result = await destroyOnLaptop(dataDir, { everything: true, yes: basename(dataDir) }, askOnTerminal)
    expect(readdirSync(dataDir)).toEqual(['faults.json'])
    expect(laptopLines(dataDir, everything, result).at(-1)).toMatch(
      /the chat did not create it: faults\.json/,
    )
  })

  it.each([
    'logs/diary.txt',
    'logs/2024/rest.jsonl',
    'chat/letters/mum.json',
    `chat/${'0'.repeat(32)}/notes.json`,
    'cdk.out/Mine.template.json',
    'cdk.out/bundles/rest/notes.md',
    'dynamodb.sqlite.backup',
    'jwt-secret/a',
  ])('[OPS-29] never deletes %s, although the chat uses such names', async (file) => {
    const dataDir = aDataDir()
    rmSync(join(dataDir, 'jwt-secret'))
    write(dataDir, file)
    const request = { everything: true, yes: basename(dataDir) }
    const { left } = await destroyOnLaptop(dataDir, request, askOnTerminal)
    expect(existsSync(join(dataDir, file))).toBe(true)
    const top = file.split('/')[0]
    expect(readdirSync(dataDir)).toEqual([top])
    expect(left).toHaveLength(1)
    expect(file.startsWith(left[0] ?? '?')).toBe(true)
  })

  it('[OPS-29] does not follow a link to a folder elsewhere', async () => {
    const [dataDir, elsewhere] = [aDataDir(), temporaryDirectory()]
    write(elsewhere, 'rest.jsonl')
    rmSync(join(dataDir, 'logs'), { recursive: true })
    symlinkSync(elsewhere, join(dataDir, 'logs'))
    await destroyOnLaptop(dataDir, { everything: true, yes: basename(dataDir) }, askOnTerminal)
    expect(existsSync(join(elsewhere, 'rest.jsonl'))).toBe(true)
  })

  it('[OPS-29] refuses while the chat is running', async () => {
    const dataDir = aDataDir()
    const unlock = lockDataDir(dataDir)
    await expect(destroyOnLaptop(dataDir, everything, answering(basename(dataDir)))).rejects.toThrow(
      /Nothing was deleted\. .* is in use by process \d+/,
    )
    unlock()
    expect(existsSync(join(dataDir, 'jwt-secret'))).toBe(true)
  })

  it('without --everything deletes nothing, and says what is there', async () => {
    const dataDir = aDataDir()
    const request = { everything: false, yes: undefined }
    const result = await destroyOnLaptop(dataDir, request, answering(''))
    expect(result.deleted).toEqual([])
    expect(laptopLines(dataDir, request, result)[0]).toMatch(/There is no stack.*jwt-secret/)
  })

  it('can be repeated when nothing is there', async () => {
    const dataDir = join(temporaryDirectory(), 'missing')
    expect(await destroyOnLaptop(dataDir, everything, answering(''))).toEqual({ deleted: [], left: [] })
    expect(existsSync(dataDir)).toBe(false)
  })

  it('needs --yes without a terminal', async () => {
    await expect(askOnTerminal('Sure?')).rejects.toThrow(/Confirm with --yes/)
  })
})
