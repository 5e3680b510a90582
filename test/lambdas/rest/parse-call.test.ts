import { expect, it } from 'vitest'
import { parseCall } from '../../../lambdas/rest/parse-call.ts'

const call = (part: object) => ({ headers: {}, isBase64Encoded: false, ...part })

it.each([{ queryStringParameters: null }, {}])(
  'a call without query parameters gets the defaults: %j',
  (part) => {
    const parsed = parseCall('GET /api/admin/chat/conversations', call(part))
    expect(parsed.query).toEqual({ limit: 50 })
  },
)

it('a body may be absent where every field is optional', () => {
  const parsed = parseCall(
    'POST /api/admin/chat/conversations/{id}/mark-read',
    call({ pathParameters: { id: 'c' } }),
  )
  expect(parsed).toEqual({ path: { id: 'c' }, query: undefined, body: {} })
})
