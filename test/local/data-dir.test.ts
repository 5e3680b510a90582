import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { keptSecret, StartError, takeDataDir } from '../../local/data-dir.ts'
import { recordOf } from '../../local/processes.ts'
import { readRuntimeFile, removeRuntimeFile, writeRuntimeFile } from '../../local/runtime-file.ts'
import { temporaryDirectory } from './temporary.ts'

describe('a data directory', () => {
  it('is for one process at a time', () => {
    const directory = join(temporaryDirectory(), 'made', 'for', 'it')
    const release = takeDataDir(directory)
    expect(() => takeDataDir(directory)).toThrow(StartError)
    expect(() => takeDataDir(directory)).toThrow(`in use by process ${process.pid}`)
    release()
    takeDataDir(directory)()
  })

  it('is taken over from a process that ended, also when its number is in use again', () => {
    const directory = temporaryDirectory()
    const lock = join(directory, 'lock.json')
    writeFileSync(lock, JSON.stringify({ ...recordOf(process.pid), started: 'another time' }))
    takeDataDir(directory)()
    writeFileSync(lock, '{"pid":')
    takeDataDir(directory)()
  })

  it('keeps a secret that is made once and is its owner’s alone', () => {
    const directory = temporaryDirectory()
    const secret = keptSecret(directory)
    expect(Buffer.byteLength(secret)).toBeGreaterThanOrEqual(32)
    expect(keptSecret(directory)).toBe(secret)
    expect(statSync(join(directory, 'jwt-secret')).mode & 0o777).toBe(0o600)
  })

  it('tells the commands of a running chat, and of none after a crash', () => {
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
