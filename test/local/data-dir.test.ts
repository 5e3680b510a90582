import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { dataDirError, lockDataDir, readOrCreateSecret } from '../../local/data-dir.ts'
import { recordOf } from '../../local/processes.ts'
import { readRuntimeFile, removeRuntimeFile, writeRuntimeFile } from '../../local/runtime-file.ts'
import { StartError } from '../../local/start-error.ts'
import { temporaryDirectory } from './temporary.ts'

/** A system error, as Node reports it. */
const systemError = (code: string) => Object.assign(new Error(`${code}: it failed, mkdir '/data'`), { code })

describe('a data directory', () => {
  it('is used by one process at a time', () => {
    const directory = join(temporaryDirectory(), 'made', 'for', 'it')
    const release = lockDataDir(directory)
    expect(() => lockDataDir(directory)).toThrow(StartError)
    expect(() => lockDataDir(directory)).toThrow(`in use by process ${process.pid}`)
    release()
    lockDataDir(directory)()
  })

  it('is taken over from a process that has exited, even if its id is in use again', () => {
    const directory = temporaryDirectory()
    const lock = join(directory, 'lock.json')
    writeFileSync(lock, JSON.stringify({ ...recordOf(process.pid), started: 'another time' }))
    lockDataDir(directory)()
    writeFileSync(lock, '{"pid":')
    lockDataDir(directory)()
  })

  it('is refused with a sentence when it is a file, or inside one', () => {
    const file = join(temporaryDirectory(), 'file')
    writeFileSync(file, '')
    for (const [directory, reason] of [
      [file, 'it is not a directory'],
      [join(file, 'data'), 'part of the path is not a directory'],
    ] as const) {
      expect(() => lockDataDir(directory)).toThrow(StartError)
      expect(() => lockDataDir(directory)).toThrow(`${directory} cannot be used: ${reason}.`)
      expect(() => lockDataDir(directory)).toThrow('DATA_DIR=/path/to/directory npm start')
    }
  })

  it.each([
    ['EACCES', 'permission denied'],
    ['EPERM', 'permission denied'],
    ['EROFS', 'the file system is read-only'],
    ['ENOSPC', 'the disk is full'],
    ['EIO', "EIO: it failed, mkdir '/data'"],
  ])('is refused with a sentence on %s', (code, reason) => {
    const error = dataDirError('/data', systemError(code))
    expect(error).toBeInstanceOf(StartError)
    expect(String(error)).toContain(`/data cannot be used: ${reason}.`)
  })

  it('keeps a generated secret that only its owner can read', () => {
    const directory = temporaryDirectory()
    const secret = readOrCreateSecret(directory)
    expect(Buffer.byteLength(secret)).toBeGreaterThanOrEqual(32)
    expect(readOrCreateSecret(directory)).toBe(secret)
    expect(statSync(join(directory, 'jwt-secret')).mode & 0o777).toBe(0o600)
  })

  it.each([
    ['\n', 'is empty'],
    ['short', 'has 5 bytes, but needs at least 32'],
  ])('refuses the secret file %j', (content, problem) => {
    const directory = temporaryDirectory()
    const file = join(directory, 'jwt-secret')
    writeFileSync(file, content)
    expect(() => readOrCreateSecret(directory)).toThrow(`The secret in ${file} ${problem}. Delete the file`)
  })

  it('refuses a secret file that cannot be read', () => {
    const directory = temporaryDirectory()
    mkdirSync(join(directory, 'jwt-secret'))
    expect(() => readOrCreateSecret(directory)).toThrow('cannot be read: it is a directory.')
  })

  it('lets the commands find a running chat, but not one that has crashed', () => {
    const directory = temporaryDirectory()
    expect(readRuntimeFile(directory)).toBeUndefined()
    const content = {
      port: 5000,
      awsEndpoint: 'http://127.0.0.1:1',
      databaseEndpoint: 'http://127.0.0.1:2',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b', sessionToken: 'c' },
      outputs: { UsersTable: 'Users' },
    }
    writeRuntimeFile(directory, content)
    expect(readRuntimeFile(directory)).toMatchObject(content)
    const file = join(directory, 'runtime.json')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    writeFileSync(file, readFileSync(file, 'utf8').replace(/"started": "[^"]*"/, '"started": "then"'))
    expect(readRuntimeFile(directory)).toBeUndefined()
    removeRuntimeFile(directory)
    expect(readRuntimeFile(directory)).toBeUndefined()
  })
})
