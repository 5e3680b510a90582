import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { accountWithToken } from '../../../cli/chat/account.ts'
import { storageFolder, storageOf } from '../../../cli/chat/storage.ts'
import { aToken } from './fake-chat.ts'

it('what is not sent is kept beside the data of the laptop, or with the state of the programs', () => {
  const parent = (env: object, stack?: string) => path.dirname(storageFolder({ ...env }, stack, 'ada'))
  expect(parent({ DATA_DIR: '/data' })).toBe('/data/chat')
  expect(parent({})).toBe(path.resolve('.data/chat'))
  expect(parent({ XDG_STATE_HOME: '/state' }, 'AdminChat')).toBe('/state/admin-chat/AdminChat')
  expect(parent({ XDG_STATE_HOME: 'relative' }, 'arn:a/b')).toBe(
    path.join(homedir(), '.local/state/admin-chat/arn%3Aa%2Fb'),
  )
})

it('each user has a folder, whatever characters an id has', () => {
  const names = ['ada', 'bob', '..', '../ada', 'ADA'].map((user) => storageFolder({}, undefined, user))
  expect(new Set(names).size).toBe(names.length)
  for (const name of names) expect(path.dirname(name)).toBe(path.resolve('.data/chat'))
})

it('only the owner can read the folder, and without a user nothing is kept', async () => {
  const DATA_DIR = mkdtempSync(path.join(tmpdir(), 'chat-storage-'))
  onTestFinished(() => rmSync(DATA_DIR, { recursive: true }))
  const storage = storageOf({ DATA_DIR }, undefined, 'ada')
  await storage.set('key', 'value')
  expect(storage.volatile).toBeUndefined()
  for (const folder of [storageFolder({ DATA_DIR }, undefined, 'ada'), path.join(DATA_DIR, 'chat')]) {
    expect(statSync(folder).mode & 0o777).toBe(0o700)
  }
  expect(storageOf({ DATA_DIR }, undefined, undefined).volatile).toBe(true)
})

it('a token says whose folder it is, and another token can take its place', async () => {
  const account = accountWithToken(aToken('first'))
  expect(account.user).toBe('ada')
  account.replace?.('second')
  expect(await account.token()).toBe('second')
  expect(accountWithToken('no token').user).toBeUndefined()
})
