import { randomInt } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { foldWords } from '../../../lambdas/fold.ts'
import { aUser, word } from '../../support/people.ts'
import { openStores } from '../../support/stores.ts'

const { users } = openStores()

const idsOf = async (text: string, limit = 20, except = 'nobody') =>
  (await users.searchAdmins(foldWords(text), except, limit)).map(({ id }) => id)

describe('the search for administrators', () => {
  it('[SEARCH-1] matches first name, last name, both in either order, any further word, and e-mail', async () => {
    const [first, second, last, mail] = [word(), word(), word(), word()]
    const user = aUser({ firstname: `${first} ${second}`, lastname: last, email: `${mail}@example.org` })
    await users.importUsers([user])
    for (const text of [
      first.slice(0, 6),
      first,
      `${first} ${second} ${last}`,
      second,
      last,
      `${last} ${first}`,
      mail,
      `${mail}@example.org`,
    ]) {
      expect(await idsOf(text), text).toContain(user.id)
    }
    const longer = first + (second.startsWith('x') ? 'y' : 'x')
    for (const text of [first.slice(1), longer, second + first, `${mail}@example.org.`]) {
      expect(await idsOf(text), text).not.toContain(user.id)
    }
    expect(await users.searchAdmins([first], 'nobody', 10)).toEqual([
      { id: user.id, firstname: user.firstname, lastname: last, email: user.email },
    ])
  })

  it('[SEARCH-1] matches two characters, regardless of the number of code units', async () => {
    const user = aUser({
      firstname: String.fromCodePoint(0x2_0000 + randomInt(40_000), 0x4e00 + randomInt(20_000)),
    })
    await users.importUsers([user])
    expect(await idsOf(user.firstname)).toEqual([user.id])
  })

  it('[SEARCH-1] matches one character of a script without spaces, wherever it stands in the name', async () => {
    const name = String.fromCodePoint(0x2_0000 + randomInt(40_000), 0x2_0000 + randomInt(40_000), 0x9f98)
    const user = aUser({ firstname: name })
    await users.importUsers([user])
    for (const character of name) expect(await idsOf(character)).toContain(user.id)
  })

  it('[SEARCH-1] treats # like any character, and never matches an id', async () => {
    const name = word()
    const [plain, sharp] = [aUser({ firstname: name }), aUser({ firstname: `${name}#1`, lastname: '#' })]
    await users.importUsers([plain, sharp])
    expect(await idsOf(`${name}#`)).toEqual([sharp.id])
    expect(await idsOf(`${name} Test ${plain.id}`)).toEqual([])
    expect(await idsOf(`${name} Test#${plain.id}`)).toEqual([])
    expect(await idsOf(`# ${name}#1`)).toEqual([sharp.id])
  })

  it('[SEARCH-1] matches a name of which each word of the text begins a word, in any order', async () => {
    const [first, second, last] = [word(), word(), word()]
    const user = aUser({ firstname: `${first}-${second}`, lastname: `${last}ü` })
    const namesake = aUser({ firstname: first, lastname: word() })
    await users.importUsers([user, namesake])
    const [f, s, l] = [first.slice(0, 6), second.slice(0, 6), last.slice(0, 7)]
    for (const text of [`${f} ${l}`, `${l} ${f}`, `${f} ${s} ${l}`, `${s} ${f}`, `${last}U ${f[0]}`]) {
      expect(await idsOf(text), text).toEqual([user.id])
    }
    for (const text of [`${f} ${last.slice(1)}`, `${f} ${l} ${word()}`, `${f} ${user.email}`]) {
      expect(await idsOf(text), text).not.toContain(user.id)
    }
  })

  it('[SEARCH-4] returns those who match the whole text before those who match its words', async () => {
    const [first, last] = [word(), word()]
    const people = ['z', 'b', 'a'].map((end) => aUser({ firstname: first, lastname: last + end }))
    const whole = aUser({ firstname: `${first}x`, lastname: `${first.slice(0, 6)}${last}` })
    await users.importUsers([...people, whole])
    const [z, b, a] = people.map(({ id }) => id)
    const text = `${first.slice(0, 6)} ${last}`
    expect(await idsOf(text)).toEqual([whole.id, a, b, z])
    expect(await idsOf(text, 2)).toEqual([whole.id, a])
    expect(await idsOf(text, 20, a)).toEqual([whole.id, b, z])
  })

  it('[SEARCH-3] finds neither the caller nor users who are not administrators', async () => {
    const name = word()
    const [ada, bob, guest] = [
      aUser({ firstname: name }),
      aUser({ firstname: name }),
      aUser({ firstname: name, role: 'member' }),
    ]
    await users.importUsers([ada, bob, guest])
    expect(await idsOf(name, 20, ada.id)).toEqual([bob.id])
  })

  it('[SEARCH-4] returns each user once, in the order of the matching terms, up to the limit', async () => {
    const name = word()
    const numbers = Array.from({ length: 30 }, (_, n) => String(n).padStart(2, '0'))
    const many = numbers.map((n) =>
      // Each user has four matching rows: more than fit into a page.
      aUser({
        id: `${name}-${n}`,
        firstname: `${name} ${name}b`,
        lastname: `${name}${n}`,
        email: `${name}@${n}`,
      }),
    )
    await users.importUsers([...many].reverse())
    const all = await idsOf(name, 20)
    expect(new Set(all).size).toBe(20)
    expect(await idsOf(name, 20)).toEqual(all)
    expect(await idsOf(name, 5)).toEqual(all.slice(0, 5))
    expect(all).toEqual(numbers.slice(0, 20).map((n) => `${name}-${n}`))
    expect(await idsOf(name, 20, all[0])).toEqual(numbers.slice(1, 21).map((n) => `${name}-${n}`))
    expect(new Set(await idsOf(name, 30)).size).toBe(30)
    expect((await idsOf(`${name}2`, 20)).length).toBe(10)
  })

  it('accepts names and e-mails that are empty, one character long or very long', async () => {
    const bare = aUser({ firstname: '', lastname: 'X', email: '' })
    const long = aUser({
      firstname: `${word()} `.repeat(300),
      lastname: '😀'.repeat(400),
      email: 'ß'.repeat(900),
    })
    await users.importUsers([bare, long])
    expect(await users.find(bare.id)).toEqual(bare)
    expect(await idsOf(long.firstname)).toEqual([long.id])
    expect(await idsOf('😀'.repeat(32))).toContain(long.id)
    await users.removeUser(long.id)
    expect(await idsOf(long.firstname)).toEqual([])
  })
})
