import { createSecretKey, type KeyObject } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { verifyToken } from '../../../../lambdas/chat/connections/token.ts'
import { testKey } from '../../../support/constants.ts'
import { seconds, tokenFor } from '../../../support/tokens.ts'

const old = 'the previous secret, also longer than 32 bytes'
const oldKey = createSecretKey(Buffer.from(old))
const verify = (token: string, keys: readonly KeyObject[] = [testKey], now = Date.now()) =>
  verifyToken({ current: async () => keys }, token, now, {})
const site = { audience: 'chat', issuer: 'https://site.example' }
const verifyForSite = (claims: object) =>
  verifyToken({ current: async () => [testKey] }, tokenFor('ada', claims), Date.now(), site)

describe('tokens', () => {
  it('[AUTH-9] the current and the previous secret verify', async () => {
    expect(await verify(tokenFor('ada', {}, old), [testKey, oldKey])).toMatchObject({ user: 'ada' })
    await expect(verify(tokenFor('ada', {}, old))).rejects.toMatchObject({ code: 'unauthorized' })
  })

  it('[AUTH-9] a token signed with an unknown key causes one check for a rotated secret', async () => {
    const asked: boolean[] = []
    const secrets = {
      current: async (suspect = false) => {
        asked.push(suspect)
        return suspect ? [testKey] : [oldKey]
      },
    }
    expect(await verifyToken(secrets, tokenFor('ada'), Date.now(), {})).toMatchObject({ user: 'ada' })
    expect(asked).toEqual([false, true])
  })

  it('[AUTH-9] a token signed with a known key but refused for its claims causes no such check', async () => {
    const asked: boolean[] = []
    const secrets = {
      current: async (suspect = false) => {
        asked.push(suspect)
        return [testKey]
      },
    }
    for (const claims of [{ exp: seconds() - 100 }, { nbf: seconds() + 100 }, { user_id: 1 }]) {
      const refused = verifyToken(secrets, tokenFor('ada', claims), Date.now(), {})
      await expect(refused).rejects.toMatchObject({ code: 'unauthorized' })
    }
    expect(asked).toEqual([false, false, false])
  })

  it.each([
    ['the value', { aud: 'chat' }],
    ['a list that contains it', { aud: ['shop', 'chat'] }],
  ])('[AUTH-11] with an audience and an issuer set, aud may be %s', async (_name, claims) => {
    expect(await verifyForSite({ iss: site.issuer, ...claims })).toMatchObject({ user: 'ada' })
  })

  it.each([
    ['no aud', { iss: site.issuer }],
    ['no iss', { aud: 'chat' }],
    ['another aud', { iss: site.issuer, aud: 'shop' }],
    ['a list of other values', { iss: site.issuer, aud: ['shop', 'chat.example'] }],
    ['an empty list', { iss: site.issuer, aud: [] }],
    ['a nested list', { iss: site.issuer, aud: [['chat']] }],
    ['an object', { iss: site.issuer, aud: { chat: 'chat' } }],
    ['another iss', { iss: 'https://other.example', aud: 'chat' }],
    ['a list of issuers', { iss: [site.issuer], aud: 'chat' }],
  ])('[AUTH-11] with an audience and an issuer set, a token with %s is refused', async (_name, claims) => {
    await expect(verifyForSite(claims)).rejects.toMatchObject({
      code: 'unauthorized',
      message: 'a valid token is required',
    })
  })

  it('[AUTH-11] without a required issuer and audience, both claims may be anything', async () => {
    expect(await verify(tokenFor('ada', { aud: 'shop', iss: 'anyone' }))).toMatchObject({ user: 'ada' })
  })

  it('[AUTH-2] [OPS-1] only the log shows why a token is refused, and for which user if the signature is valid', async () => {
    const causeOf = async (token: string) =>
      await verify(token).catch((error: unknown) => (error as Error).cause)
    expect(await causeOf('x')).toEqual({ reason: 'malformed' })
    expect(await causeOf(tokenFor('ada', {}, old))).toEqual({ reason: 'unknown key' })
    expect(await causeOf(tokenFor('ada', { exp: seconds() - 100 }))).toEqual({ reason: 'exp' })
    expect(await causeOf(tokenFor('ada', { iat: seconds() + 100 }))).toEqual({ reason: 'iat', user: 'ada' })
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
