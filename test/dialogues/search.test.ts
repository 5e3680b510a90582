import { describe, expect, it } from 'vitest'
import type { User } from '../../lambdas/model.ts'
import { type Admin, anAdmin, rest } from '../support/chat.ts'
import { aUser, word } from '../support/people.ts'
import { openStores } from '../support/stores.ts'

const { users } = openStores()

async function aStoredUser(rest: Partial<User> = {}): Promise<User> {
  const user = aUser(rest)
  await users.importUsers([user])
  return user
}

const path = (q: string, rest = '') => `/admins/search?q=${encodeURIComponent(q)}${rest}`

async function search(admin: Admin, q: string, rest = ''): Promise<readonly string[]> {
  const { status, body } = await admin.call('GET', path(q, rest))
  expect([status, body['success']]).toEqual([200, true])
  return body['data'].admins.map(({ id }: { id: string }) => id)
}

describe('searching for administrators', () => {
  it('[SEARCH-1] matches the beginning of the first name, last name or email, and returns these fields', async () => {
    const [ada, bob] = [await anAdmin('ada'), await aStoredUser()]
    const { id, firstname, lastname, email } = bob
    for (const text of [firstname, lastname, email, `${lastname} ${firstname}`]) {
      const { status, body } = await ada.call('GET', path(text.slice(0, -1)))
      expect([status, body]).toEqual([
        200,
        { success: true, data: { admins: [{ id, firstname, lastname, email }] } },
      ])
      expect(await search(ada, text.slice(1))).toEqual([])
    }
  })

  it('[SEARCH-1] [SEARCH-2] decodes the query from the URL, with # and accents', async () => {
    const [ada, name] = [await anAdmin('ada'), word()]
    const bob = await aStoredUser({ firstname: `Éß#${name}`, lastname: 'İı+ %' })
    for (const q of [
      `Éß#${name}`,
      `E\u0301SS#${name.toUpperCase()}`,
      `ess#${name}  ii+ %`,
      `ii+ %\téss#${name}`,
    ]) {
      expect(await search(ada, q), q).toEqual([bob.id])
    }
    for (const q of [`ess ${name}`, `ess#${name}#`, `ess#${name} ii+ %#${bob.id}`]) {
      expect(await search(ada, q), q).toEqual([])
    }
  })

  it('[SEARCH-1] [SEARCH-6] finds names that are written without spaces, even by one character', async () => {
    const ada = await anAdmin('ada')
    const [li, yamada, kim] = await Promise.all([
      aStoredUser({ firstname: '李小龙', lastname: '' }),
      aStoredUser({ firstname: '太郎', lastname: '山田' }),
      aStoredUser({ firstname: '김민수', lastname: '' }),
    ])
    for (const q of ['李', '小龙', '龙', '李小龙']) expect(await search(ada, q), q).toContain(li.id)
    for (const q of ['山', '太郎', '山田太郎', '山田 太郎'])
      expect(await search(ada, q), q).toContain(yamada.id)
    for (const q of ['김', '민수', '김민수']) expect(await search(ada, q), q).toContain(kim.id)
    expect(await search(ada, '小李')).toEqual([])
  })

  it('[SEARCH-2] ignores apostrophes, hyphens and white space on both sides', async () => {
    const [ada, name] = [await anAdmin('ada'), word()]
    const miles = await aStoredUser({ firstname: `Miles${name}`, lastname: `O’Brien${name}` })
    const jean = await aStoredUser({ firstname: `Jean-Luc${name}`, lastname: 'Picard' })
    for (const q of [`obrien${name}`, `o'brien${name}`, `O‘Brien${name}`, `o brien${name}`, `brien${name}`]) {
      expect(await search(ada, q), q).toEqual([miles.id])
    }
    for (const q of [`jeanluc${name}`, `jean luc${name}`, `jean-luc${name}`, `luc${name} p`]) {
      expect(await search(ada, q), q).toEqual([jean.id])
    }
  })

  it('[SEARCH-1] [SEARCH-2] finds a name by the beginnings of its words', async () => {
    const [ada, name] = [await anAdmin('ada'), word()]
    const beatrice = await aStoredUser({ firstname: `Beatrice${name}`, lastname: `Müller${name}` })
    for (const q of ['bea mull', 'Mül bea'])
      expect(await search(ada, q, '&limit=20'), q).toContain(beatrice.id)
    expect(await search(ada, `bea x${name}`)).toEqual([])
  })

  it('[SEARCH-3] returns neither the caller nor users who are not administrators', async () => {
    const name = word()
    const [ada, bob] = [await anAdmin(name), await anAdmin(name)]
    await anAdmin(name, 'member')
    expect(await search(ada, name)).toEqual([bob.id])
    expect(await search(bob, name)).toEqual([ada.id])
  })

  it('[SEARCH-4] returns ten users or the requested number, each once and in a stable order', async () => {
    const [ada, name] = [await anAdmin('ada'), word()]
    const ids: string[] = []
    for (let n = 0; n < 24; n++) {
      const lastname = String(n).padStart(2, '0')
      ids.push((await aStoredUser({ firstname: name, lastname, email: `${name}${lastname}@example.org` })).id)
    }
    expect(await search(ada, name)).toEqual(ids.slice(0, 10))
    expect(await search(ada, name, '&limit=1')).toEqual(ids.slice(0, 1))
    expect(await search(ada, name, '&limit=20')).toEqual(ids.slice(0, 20))
  })

  it('[SEARCH-5] the next search reflects every change', async () => {
    const [ada, bob] = [await anAdmin('ada'), await aStoredUser()]
    expect(await search(ada, bob.firstname)).toEqual([bob.id])

    const renamed = { ...bob, firstname: word() }
    await users.importUsers([renamed])
    expect(await search(ada, bob.firstname)).toEqual([])
    expect(await search(ada, renamed.firstname)).toEqual([bob.id])

    await users.importUsers([{ ...renamed, role: 'member' }])
    for (const text of [renamed.firstname, bob.lastname, bob.email])
      expect(await search(ada, text)).toEqual([])

    await users.importUsers([renamed])
    expect(await search(ada, bob.email)).toEqual([bob.id])
    await users.removeUser(bob.id)
    for (const text of [renamed.firstname, bob.lastname, bob.email])
      expect(await search(ada, text)).toEqual([])
  })

  it.each([
    ['', 'q'],
    ['?limit=5', 'q'],
    ['?q=', 'q'],
    ['?q=a', 'q'],
    ['?q=%20a%20%20', 'q'],
    [`?q=a${'%CC%81'.repeat(3)}`, 'q'],
    ['?q=%CC%81%CC%88', 'q'],
    ['?q=%F0%9F%98%80', 'q'],
    ["?q=a'", 'q'],
    ['?q=--', 'q'],
    [`?q=${'a'.repeat(65)}`, 'q'],
    ['?q=ab&limit=0', 'limit'],
    ['?q=ab&limit=21', 'limit'],
    ['?q=ab&limit=x', 'limit'],
    ['?q=ab&limit=', 'limit'],
    ['?q=ab&limit=-1', 'limit'],
    ['?q=ab&limit=1.5', 'limit'],
  ])('[SEARCH-6] %j is refused with a message that names the field', async (query, field) => {
    const ada = await anAdmin('ada')
    const { status, body } = await ada.call('GET', `/admins/search${query}`)
    expect([status, body['code']]).toEqual([400, 'bad_request'])
    expect(body['message']).toMatch(new RegExp(`^${field}: `))
  })

  it('[SEARCH-6] queries of 2 and of 64 characters are accepted', async () => {
    const ada = await anAdmin('ada')
    const bob = await aStoredUser({ firstname: word().repeat(6) })
    expect((await ada.call('GET', path('zq'))).status).toBe(200)
    expect(await search(ada, bob.firstname.slice(0, 64))).toEqual([bob.id])
  })

  it('[REST-1] requires an administrator', async () => {
    const guest = await anAdmin('guest', 'member')
    expect(await guest.call('GET', path('ad'))).toMatchObject({ status: 403, body: { code: 'forbidden' } })
    const answer = await rest('GET', `/api/admin/chat${path('ad')}`)
    expect(answer).toMatchObject({ status: 401, body: { success: false, code: 'unauthorized' } })
  })
})
