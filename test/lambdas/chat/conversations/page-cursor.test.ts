import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  type CursorScope,
  openCursor,
  signCursor,
} from '../../../../lambdas/chat/conversations/page-cursor.ts'
import { testKey } from '../../../support/constants.ts'

const otherKey = createSecretKey(Buffer.from('the next secret, also longer than 32 bytes'))
const source = (...keys: readonly KeyObject[]) => ({ current: async () => keys })
const scope: CursorScope = { list: 'conversations', user: 'ada@example.org' }
const secrets = source(testKey)
const refusal = { code: 'bad_request', message: 'cursor: is not one of ours' }
const open = (cursor: string, of = scope, from = secrets) => openCursor(from, of, cursor)
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/=. \u{1f600}'

describe('cursors', () => {
  it.each(['x', 'xy', 'xyz', '2026-01-01T12:00:00.000Z i', 'é 😀', 'x'.repeat(360)])(
    '[LIST-1] %s survives the round trip',
    async (position) => {
      const cursor = await signCursor(secrets, scope, position)
      expect(cursor).toMatch(/^[A-Za-z0-9_-]{1,512}$/)
      expect(await open(cursor)).toBe(position)
    },
  )

  it.each(['x', 'xy', 'xyz'])(
    '[LIST-1] the cursor of %s with any character changed, removed or added is refused',
    async (position) => {
      const cursor = await signCursor(secrets, scope, position)
      for (let at = 0; at <= cursor.length; at++) {
        for (const character of ['', ...alphabet]) {
          const [before, from] = [cursor.slice(0, at), cursor.slice(at)]
          for (const changed of [before + character + from.slice(1), before + character + from]) {
            if (changed !== cursor) await expect(open(changed), changed).rejects.toMatchObject(refusal)
          }
        }
      }
    },
  )

  it('[LIST-1] a cursor of another user or another list is refused', async () => {
    const cursor = await signCursor(secrets, scope, 'x')
    for (const of of [
      { ...scope, user: 'bob@example.org' },
      { ...scope, user: '' },
      { ...scope, list: 'invitations' },
      { list: '', user: `conversations\0${scope.user}` },
    ]) {
      await expect(open(cursor, of)).rejects.toMatchObject(refusal)
    }
  })

  it.each([
    ['an empty text', ''],
    ['a word', 'nonsense'],
    ['a signature alone', Buffer.alloc(16).toString('base64url')],
    ['a signature of zeros', Buffer.alloc(40).toString('base64url')],
    ['a text that is too long', 'A'.repeat(516)],
    ['a text that is far too long', 'A'.repeat(1_000_000)],
    ['a position without a signature', Buffer.from('2026-01-01T12:00:00.000Z i').toString('base64url')],
  ])('[LIST-1] %s is refused', async (_name, cursor) => {
    await expect(open(cursor)).rejects.toMatchObject(refusal)
  })

  it('[LIST-1] cursors and tokens are signed with different keys', async () => {
    const position = Buffer.from('x')
    const mac = createHmac('sha256', testKey)
      .update(`conversations\0${scope.user}\0x`)
      .digest()
      .subarray(0, 16)
    await expect(open(Buffer.concat([mac, position]).toString('base64url'))).rejects.toMatchObject(refusal)
  })

  it('[LIST-1] a cursor survives one rotation of the secret but not two', async () => {
    const cursor = await signCursor(secrets, scope, 'x')
    expect(await open(cursor, scope, source(otherKey, testKey))).toBe('x')
    await expect(open(cursor, scope, source(otherKey))).rejects.toMatchObject(refusal)
    const newer = await signCursor(source(otherKey, testKey), scope, 'x')
    expect(await open(newer, scope, source(otherKey))).toBe('x')
  })

  it('[LIST-1] a cursor that fails to verify causes one check for a rotated secret', async () => {
    const asked: boolean[] = []
    const rotating = {
      current: async (suspect = false) => {
        asked.push(suspect)
        return suspect ? [otherKey, testKey] : [testKey]
      },
    }
    expect(await open(await signCursor(source(otherKey), scope, 'x'), scope, rotating)).toBe('x')
    expect(asked).toEqual([false, true])
  })
})
