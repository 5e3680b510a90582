import { expect, it } from 'vitest'
import { createPoll } from '../../../client/lists/poll.ts'
import { createApi } from '../../../client/rest/api.ts'
import { ok, refused, restWith } from '../rest/support.ts'

it('[CLIENT-6] one round of polling reads the top of both lists', async () => {
  const { rest, seen } = restWith(({ url }) =>
    ok(
      url.includes('/conversations')
        ? { conversations: [{ id: 'c1' }], cursor: 'next' }
        : { invitations: [] },
    ),
  )
  const poll = createPoll(createApi(rest))
  expect(await poll()).toEqual({ conversations: [{ id: 'c1' }], cursor: 'next', invitations: [] })
  expect(seen.map(({ url }) => url.replace('https://chat.example.com/api/admin/chat/', ''))).toEqual([
    'invitations?limit=20',
    'conversations?limit=20',
  ])
})

it('[CLIENT-6] a round of polling that fails ends with the first call that fails, and is not repeated', async () => {
  const { rest, seen } = restWith([refused(503, 'unavailable')])
  await expect(createPoll(createApi(rest))()).rejects.toMatchObject({ code: 'unavailable' })
  expect(seen).toHaveLength(1)
})
