import { expect, it } from 'vitest'
import { siteOnly } from '../../../lambdas/rest/site-only.ts'

const secret = 'the secret of the distribution'
const ok = { statusCode: 200, headers: {}, body: '' }
const call = async (only: boolean, headers: Record<string, string>) =>
  await siteOnly(
    { secret, only },
    async () => ok,
  )({
    routeKey: 'GET /api/health',
    headers,
    isBase64Encoded: false,
  })

it('[OPS-12] a REST call that bypasses the site is refused, if the setting says so', async () => {
  for (const headers of [{}, { 'chat-site-secret': 'guessed' }]) {
    const { statusCode, body } = await call(true, headers)
    expect([statusCode, JSON.parse(body)]).toMatchObject([403, { success: false, code: 'forbidden' }])
    expect(await call(false, headers)).toBe(ok)
  }
  expect(await call(true, { 'chat-site-secret': secret })).toBe(ok)
})
