import { describe, expect, it } from 'vitest'
import { fold, isSearchable } from '../../lambdas/fold.ts'
import { searchKey, searchRowsOf, termsOf } from '../../lambdas/stores/search.ts'
import { Random } from '../../verification/model/random.ts'

const person = (firstname: string, lastname = '', email = '') => ({ id: 'x', firstname, lastname, email })
const terms = (...name: Parameters<typeof person>) => [...termsOf(person(...name))].sort()
const finds = (q: string, ...name: Parameters<typeof person>) =>
  isSearchable(fold(q)) && termsOf(person(...name)).some((term) => term.startsWith(fold(q)))

describe('search terms', () => {
  it('[SEARCH-1] are the name, in either order, and the e-mail', () => {
    expect(terms('Ada', 'Lovelace', 'ADA@example.org')).toEqual([
      'ada@example.org',
      'adalovelace',
      'lovelaceada',
    ])
  })

  it('[SEARCH-1] start at every word of a name', () => {
    expect(terms('Jean-Pierre', "d'Arc")).toEqual(['arc', 'darcjeanpierre', 'jeanpierredarc', 'pierredarc'])
    expect(terms('Ana María', 'de la Cruz')).toEqual([
      'anamariadelacruz',
      'cruz',
      'delacruzanamaria',
      'lacruz',
      'mariadelacruz',
    ])
  })

  it('[SEARCH-1] start at every character of a name that is written without spaces', () => {
    expect(terms('李小龙')).toEqual(['小龙', '李小龙', '龙'])
    expect(terms('太郎', '山田')).toEqual(['太郎山田', '山田太郎', '田', '郎山田'])
  })

  it.each([
    [['李小龙'], ['李', '小龙', '龙', '李小', '李 小龙']],
    [
      ['小龙', '李'],
      ['李', '小龙', '李小龙', '小龙李'],
    ],
    [['山田太郎'], ['山', '太郎', '山田', '郎']],
    [
      ['たろう', 'やまだ'],
      ['や', 'まだ', 'たろう', 'やまだたろう'],
    ],
    [['김민수'], ['김', '민수', '수', '김민', '김 민수']],
    [
      ['민수', '김'],
      ['김', '민수', '김민수'],
    ],
    [
      ['Miles', "O'Brien"],
      ['obrien', "o'brien", 'o’brien', 'o‘brien', 'o brien', 'brien', 'miles o'],
    ],
    [
      ['Miles', 'O’Brien'],
      ['obrien', "O'BRIEN", 'o-brien'],
    ],
    [
      ['Jean-Luc', 'Picard'],
      ['jean luc', 'jeanluc', 'jean-luc', 'jean‐luc', 'luc', 'picard jean'],
    ],
    [
      ['Jean Luc', 'Picard'],
      ['jean-luc', 'jeanluc', 'jean luc p'],
    ],
    [
      ['Ada', '', "ada.o'neil-x@example.org"],
      ["ada.o'neil", 'ada.oneil', 'ada.oneil-x@example.org'],
    ],
  ] as const)('[SEARCH-1] [SEARCH-2] of %j match %j', ([first, last = '', email = ''], queries) => {
    for (const q of queries) expect(finds(q, first, last, email), q).toBe(true)
  })

  it.each([
    [['李小龙'], ['小李', '大']],
    [
      ['Miles', "O'Brien"],
      ['rien', 'obrian', 'es'],
    ],
    [
      ['Jean-Luc', 'Picard'],
      ['an', 'uc', 'lucjean'],
    ],
  ] as const)('[SEARCH-1] of %j do not match %j', ([first, last = ''], queries) => {
    for (const q of queries) expect(finds(q, first, last), q).toBe(false)
  })

  it('are long enough to be found, and none is the beginning of another', () => {
    expect(terms('', '')).toEqual([])
    expect(terms('X', '', 'y')).toEqual([])
    expect(terms('X', 'Æ')).toEqual(['aex', 'xae'])
    expect(terms('😀', '')).toEqual([])
    expect(terms('李', '')).toEqual(['李'])
    expect(terms('Ada', '', 'ada@example.org')).toEqual(['ada@example.org'])
  })
})

describe('search terms of random names', () => {
  const random = new Random(12)
  const some = (from: readonly string[], max: number) =>
    Array.from({ length: 1 + random.below(max) }, () => random.pick(from)).join('')
  const letters = [...'abcdeéøßİşñжΣاא한김李小龙山田やまヤ마#1']
  const separators = [' ', '  ', "'", '’', '‘', '-', '‑', '·', '\u00a0', '\t']
  const aName = () => {
    const words = Array.from({ length: 1 + random.below(2) }, () => some(letters, 6))
    return { words, text: words.reduce((text, word) => text + random.pick(separators) + word) }
  }

  it('[SEARCH-1] [SEARCH-2] match from every word on, whatever separates the words on either side', () => {
    for (let round = 0; round < 2000; round++) {
      const [first, last] = [aName(), aName()]
      const words = [...first.words, ...last.words]
      const q = words
        .slice(random.below(words.length))
        .map((word) => random.pick([word, word.toUpperCase(), word.normalize('NFD')]))
        .reduce((text, word) => text + random.pick([...separators, '']) + word)
      const cut = [...q].slice(0, 2 + random.below(8)).join('')
      if (!isSearchable(fold(cut))) continue
      expect(finds(cut, first.text, last.text), JSON.stringify([first.text, last.text, cut])).toBe(true)
    }
  })

  it('fit into one transaction together with those of another name, and into the keys of DynamoDB', () => {
    const id = 'x'.repeat(254)
    for (let round = 0; round < 300; round++) {
      const name = () => some([...letters, ...separators, '😀', '\u{20bb7}', '\ufdfa'], 2000)
      const rows = searchRowsOf(person(name(), name(), name()))
      // Twice: the rows of the old name are removed in the same transaction, which also writes the user.
      expect(2 * rows.length).toBeLessThanOrEqual(60)
      for (const { pk, sk } of rows.map((row) => searchKey(row, id))) {
        expect(Buffer.byteLength(sk)).toBeLessThanOrEqual(1024)
        expect(Buffer.byteLength(pk)).toBeLessThanOrEqual(64)
      }
    }
  })
})
