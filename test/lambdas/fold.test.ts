import { describe, expect, it } from 'vitest'
import { fold } from '../../lambdas/fold.ts'
import { termsOf } from '../../lambdas/stores/search.ts'
import { codePoints } from '../../protocol/text.ts'

describe('folding', () => {
  it.each([
    ['Élodie', 'elodie'],
    ['Z\u0301oe\u0308', 'zoe'],
    ['Straße', 'strasse'],
    ['STRAẞE', 'strasse'],
    ['IŞIK', 'isik'],
    ['ışık', 'isik'],
    ['İpek', 'ipek'],
    ['Bjørn Ǿre', 'bjorn ore'],
    ['Łukasz', 'lukasz'],
    ['Đorđe', 'dorde'],
    ['Guðrún Þór', 'gudrun thor'],
    ['Æsa Œuvre', 'aesa oeuvre'],
    ['ΓΙΏΡΓΟΣ', 'γιωργοσ'],
    ['Γιώργος', 'γιωργοσ'],
    ['ЙОРДАН Ёлкин', 'иордан елкин'],
    ['Ｗｉｄｅ ﬁg', 'wide fig'],
    ['Ada 👩🏽‍💻', 'ada 👩🏽💻'],
    ['  Ada\t\n  Lovelace\u00a0', 'ada lovelace'],
    ['so\u00adft\u200b \u202eword\0s', 'soft word s'],
    ['half \ud83d', 'half'],
    ['\u0301\u0308', ''],
    ['', ''],
    ["O'Brien #1", "o'brien #1"],
  ])('[SEARCH-2] %j becomes %j', (text, folded) => {
    expect(fold(text)).toBe(folded)
  })

  it('[SEARCH-2] every character folds the same in upper and lower case, composed or decomposed, and folding twice changes nothing', () => {
    const mismatches: string[] = []
    // Outside these two planes no letter has a case or an accent.
    for (let point = 0; point < 0x2_0000; point++) {
      const text = String.fromCodePoint(point)
      const folded = fold(text)
      // The iota subscript of a Greek letter is an accent in lower case and a letter in upper case.
      if (text.normalize('NFD').includes('\u0345')) continue
      const others = [text.toUpperCase(), text.toLowerCase(), text.normalize('NFC'), text.normalize('NFD')]
      if ([folded, ...others].some((other) => fold(other) !== folded)) mismatches.push(point.toString(16))
      if (fold(`${text}a`) !== `${folded}a` && folded !== '') mismatches.push(point.toString(16))
    }
    expect(mismatches).toEqual([])
  })

  it('cuts long texts between characters, so that they fit in a sort key', () => {
    expect(codePoints(fold('😀'.repeat(1000)))).toBe(128)
    expect(fold(`${'x'.repeat(127)} y`)).toBe('x'.repeat(127))
  })
})

describe('search terms', () => {
  const terms = (firstname: string, lastname: string, email = '') =>
    [...termsOf({ id: 'x', firstname, lastname, email })].sort()

  it('[SEARCH-1] are the name, in either order, and the e-mail', () => {
    expect(terms('Ada', 'Lovelace', 'ADA@example.org')).toEqual([
      'ada lovelace',
      'ada@example.org',
      'lovelace ada',
    ])
  })

  it('[SEARCH-1] start at every word of a name', () => {
    expect(terms('Jean-Pierre', "d'Arc")).toEqual([
      'arc',
      "d'arc jean-pierre",
      "jean-pierre d'arc",
      "pierre d'arc",
    ])
    expect(terms('Ana María', 'de la Cruz')).toEqual([
      'ana maria de la cruz',
      'cruz',
      'de la cruz ana maria',
      'la cruz',
      'maria de la cruz',
    ])
  })

  it('have at least two characters, and none is the beginning of another', () => {
    expect(terms('', '')).toEqual([])
    expect(terms('X', '', 'y')).toEqual([])
    expect(terms('X', 'Æ')).toEqual(['ae x', 'x ae'])
    expect(terms('😀', '')).toEqual([])
    expect(terms('Ada', '', 'ada@example.org')).toEqual(['ada', 'ada@example.org'].slice(1))
  })

  it('fit into one transaction, however many words a name has', () => {
    expect(terms('a b '.repeat(500), 'c d '.repeat(500), 'e f '.repeat(500)).length).toBeLessThan(20)
  })
})
