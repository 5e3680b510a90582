import { describe, expect, it } from 'vitest'
import { adminIds, anAdmin } from '../../support/chat.ts'
import { anId } from '../../support/interleave.ts'
import { putConversationRows } from '../../support/rows.ts'
import { openStores } from '../../support/stores.ts'

/** Since the epoch. */
const hour = Math.floor(Date.now() / 3_600_000)
const idOf = ({ id }: { readonly id: string }) => id

describe('pages of the conversation list', () => {
  it('[LIST-2] omit no conversation when a sender records an hour between two pages and then sends nothing', async () => {
    const ada = await anAdmin('ada')
    const ids: string[] = []
    for (const invited of await adminIds(3)) {
      const { body } = await ada.call('POST', '/conversations', { user_ids: [invited] })
      ids.push(body['data'].conversation_id)
    }
    const first = (await ada.call('GET', '/conversations?limit=1')).body['data']
    await openStores().conversations.listAsActive(ada.id, ids[0] ?? '', Date.now() + 3_600_000)
    const second = (await ada.call('GET', `/conversations?limit=5&cursor=${first.cursor}`)).body['data']
    expect([...first.conversations, ...second.conversations].map(idOf)).toEqual(ids.toReversed())
  })

  it.each([
    ['were stored before hours were listed', undefined],
    ['were listed by an older version for an hour in which their senders crashed', hour - 2],
  ])('[LIST-2] cover every conversation, however many %s', async (_, active) => {
    const ada = await anAdmin('ada')
    const ids = Array.from({ length: 160 }, anId)
    const row = { user: ada.id, joined: {}, read_seq: 0, read_others: 0 }
    await putConversationRows(
      ids.flatMap((id) => [
        { pk: `CONV#${id}`, sk: 'META', id, created_at: '2026-01-01T00:00:00.000Z' },
        { pk: `CONV#${id}`, sk: `PART#${ada.id}`, ...row },
        { pk: `USER#${ada.id}`, sk: `CONV#${id}`, id, ...(active === undefined ? {} : { active }) },
      ]),
    )
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const query = cursor === undefined ? 'limit=10' : `limit=100&cursor=${cursor}`
      const { status, body } = await ada.call('GET', `/conversations?${query}`)
      expect([status, body['message']]).toEqual([200, undefined])
      seen.push(...body['data'].conversations.map(idOf))
      cursor = body['data'].cursor
    } while (cursor !== undefined)
    expect(seen.sort()).toEqual(ids.sort())
  })
})
