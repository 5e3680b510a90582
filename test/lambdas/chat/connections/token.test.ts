import { createSecretKey, type KeyObject } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { verifyToken } from '../../../../lambdas/chat/connections/token.ts'
import { testKey } from '../../../support/constants.ts'
import { seconds, tokenFor } from '../../../support/tokens.ts'

const old = 'the previous secret, also longer than 32 bytes'
const oldKey = createSecretKey(Buffer.from(old))
const verify = (token: string, keys: readonly KeyObject[] = [testKey], now = Date.now()) =>
  verifyToken({ current: async () => keys }, token, now)

describe('tokens', () => {
  it('[AUTH-9] the current and the previous secret verify', async () => {
    expect(await verify(tokenFor('ada', {}, old), [testKey, oldKey])).toMatchObject({ user: 'ada' })
    await expect(verify(tokenFor('ada', {}, old))).rejects.toMatchObject({ code: 'unauthorized' })
  })

  it('[AUTH-9] a token that fails to verify causes one check for a rotated secret', async () => {
    const asked: boolean[] = []
    const secrets = {
      current: async (suspect = false) => {
        asked.push(suspect)
        return suspect ? [testKey] : [oldKey]
      },
    }
    expect(await verifyToken(secrets, tokenFor('ada'), Date.now())).toMatchObject({ user: 'ada' })
    expect(asked).toEqual([false, true])
  })

  it('[AUTH-3] the clock may be off by a minute', async () => {
    const token = tokenFor('ada', { exp: seconds(), iat: seconds() - 10 })
    await expect(verify(token, undefined, Date.now() + 58_000)).resolves.toMatchObject({ user: 'ada' })
    await expect(verify(token, undefined, Date.now() + 62_000)).rejects.toMatchObject({
      code: 'unauthorized',
    })
  })

  it.each([
    ['a second header', tokenFor('ada', {}, undefined, { crit: ['exp'] })],
    ['HS512', tokenFor('ada').replace(/^[^.]+/, Buffer.from('{"alg":"HS512"}').toString('base64url'))],
    ['none', tokenFor('ada').replace(/^[^.]+/, Buffer.from('{"alg":"none"}').toString('base64url'))],
    ['exp as far as the stars', tokenFor('ada', { exp: 1e300 })],
    ['iat ahead', tokenFor('ada', { iat: seconds() + 3600 })],
    ['no user', tokenFor('')],
    ['a line break', `${tokenFor('ada')}\n`],
    ['padding', `${tokenFor('ada')}=`],
    ['too long', tokenFor('ada', { more: 'x'.repeat(4000) })],
    ['a name of the prototype', tokenFor('ada', { user_id: { toString: 1 } })],
  ])('[AUTH-2] %s is refused', async (_name, token) => {
    await expect(verify(token)).rejects.toMatchObject({
      code: 'unauthorized',
      message: 'a valid token is required',
    })
  })
})
