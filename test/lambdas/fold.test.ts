import { describe, expect, it } from 'vitest'
import { fold, isSearchable } from '../../lambdas/fold.ts'
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
    ['Bjørn Ǿre', 'bjornore'],
    ['Łukasz', 'lukasz'],
    ['Đorđe', 'dorde'],
    ['Guðrún Þór', 'gudrunthor'],
    ['Æsa Œuvre', 'aesaoeuvre'],
    ['ΓΙΏΡΓΟΣ', 'γιωργοσ'],
    ['Γιώργος', 'γιωργοσ'],
    ['ЙОРДАН Ёлкин', 'иорданелкин'],
    ['Ｗｉｄｅ ﬁg', 'widefig'],
    ['Ada 👩🏽‍💻', 'ada👩🏽💻'],
    ['  Ada\t\n  Lovelace\u00a0', 'adalovelace'],
    ['so\u00adft\u200b \u202eword\0s', 'softwords'],
    ['half \ud83d', 'half'],
    ['\u0301\u0308', ''],
    ["' - ’", ''],
    ['', ''],
    ["O'Brien #1", 'obrien#1'],
    ['O’Brien O‘Brien OʼBrien O＇Brien', 'obrienobrienobrienobrien'],
    ['Jean-Luc Jean‐Luc Jean–Luc', 'jeanlucjeanlucjeanluc'],
    ['哈利·波特', '哈利波特'],
    ['ジャン・リュック', 'シャンリュック'],
    ['ｼﾞｬﾝ', 'シャン'],
    ['김민수', '김민수'.normalize('NFD')],
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
      const others = new Set([
        ...[folded, text.toUpperCase(), text.toLowerCase()],
        ...[text.normalize('NFC'), text.normalize('NFD')],
      ])
      others.delete(text)
      if ([...others].some((other) => fold(other) !== folded)) mismatches.push(point.toString(16))
      if (fold(`${text}a`) !== `${folded}a`) mismatches.push(point.toString(16))
    }
    expect(mismatches).toEqual([])
  })

  it('cuts long texts between characters, so that they fit in a sort key', () => {
    expect(codePoints(fold('😀'.repeat(1000)))).toBe(128)
    expect(fold(`${'x'.repeat(127)} yz`)).toBe(`${'x'.repeat(127)}y`)
  })
})

describe('the shortest search', () => {
  it('[SEARCH-6] has two characters, or one of a script without spaces', () => {
    for (const text of ['ab', 'æ', 'ß', '李', 'や', 'ヤ', '김', 'ㄱ', '々', '𠮷', '#1']) {
      expect(isSearchable(fold(text)), text).toBe(true)
    }
    for (const text of ['', ' ', 'a', 'é', "a'", '-a-', '\u0301\u0308', '😀', 'ж', '١']) {
      expect(isSearchable(fold(text)), text).toBe(false)
    }
  })
})
