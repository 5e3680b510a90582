import { describe, expect, it } from 'vitest'
import { type Admin, admins, anAdmin, conversationsOf, invite } from '../support/chat.ts'

const page = (admin: Admin, cursor: string) =>
  admin.call('GET', `/conversations?limit=1&cursor=${encodeURIComponent(cursor)}`)

const refusal = {
  status: 400,
  body: { success: false, code: 'bad_request', message: 'cursor: is not one of ours' },
}

/** Two administrators with three pending invitations each, and the cursor after the first one of Ada's list. */
async function twoLists() {
  const { ada, bob } = await admins('ada', 'bob')
  for (const name of ['cleo', 'dan', 'eve']) {
    const invited = await anAdmin(name)
    for (const admin of [ada, bob]) await invite(admin, invited)
  }
  const { body } = await ada.call('GET', '/conversations?limit=1')
  return { ada, bob, cursor: String(body['data'].cursor) }
}

describe('the cursor of a list', () => {
  it('[LIST-1] returns the next page each time it is used', async () => {
    const { ada, cursor } = await twoLists()
    const all = await conversationsOf(ada)
    for (let n = 0; n < 2; n++) {
      expect((await page(ada, cursor)).body['data'].conversations).toEqual([all[1]])
    }
  })

  it('[LIST-1] is refused if any character changes', async () => {
    const { ada, cursor } = await twoLists()
    const changed = Array.from(cursor, (character, at) => {
      const other = character === 'A' ? 'B' : 'A'
      return cursor.slice(0, at) + other + cursor.slice(at + 1)
    })
    for (const text of [...changed, `${cursor}A`, `${cursor}=`, cursor.slice(0, -1), cursor.slice(1)]) {
      expect(await page(ada, text), text).toMatchObject(refusal)
    }
  })

  it('[LIST-1] is refused from another user, and so is text that was never a cursor', async () => {
    const { ada, bob, cursor } = await twoLists()
    expect(await page(bob, cursor)).toMatchObject(refusal)
    const unsigned = Buffer.from('2026-01-01T12:00:00.000Z x').toString('base64url')
    for (const text of ['', 'nonsense', '😀', unsigned]) {
      expect(await page(ada, text), text).toMatchObject(refusal)
    }
    const long = await page(ada, 'A'.repeat(2000))
    expect([long.status, long.body['code']]).toEqual([400, 'bad_request'])
    expect(long.body['message']).toMatch(/^cursor: /)
  })
})
