import { describe, expect, it } from 'vitest'
import { isEmojiOnly } from '../../../web/conversation/emoji.ts'
import { piecesOf } from '../../../web/conversation/links.ts'
import { replyTo } from '../../../web/conversation/reply.ts'

const linksIn = (text: string) => piecesOf(text).filter(({ href }) => href)
const addressesIn = (text: string) => linksIn(text).map((piece) => piece.text)

describe('links', () => {
  it('leave punctuation of the sentence outside', () => {
    expect(addressesIn('See https://example.com/a. Or http://b.example, (https://c.example/d)!')).toEqual([
      'https://example.com/a',
      'http://b.example',
      'https://c.example/d',
    ])
    expect(addressesIn('Really https://example.com/?q=1?!')).toEqual(['https://example.com/?q=1'])
  })

  it('keep brackets that belong to the address', () => {
    expect(addressesIn('(https://en.wikipedia.org/wiki/C_(language))')).toEqual([
      'https://en.wikipedia.org/wiki/C_(language)',
    ])
  })

  it('begin with www. too, and then lead to https', () => {
    expect(linksIn('See www.example.com/a, (WWW.example.org).')).toEqual([
      { text: 'www.example.com/a', href: 'https://www.example.com/a' },
      { text: 'WWW.example.org', href: 'https://WWW.example.org' },
    ])
    expect(
      addressesIn('www. www.example www.. awww.example.com ada@www.example.com ftp://www.example.com'),
    ).toEqual([])
  })

  it('are http and https alone, and whole words', () => {
    const text =
      'javascript:alert(1) data:text/html,x ftp://example.com xhttps://example.com https:// https://[x'
    expect(addressesIn(text)).toEqual([])
  })

  it('and words together are the text, whatever it is', () => {
    for (const text of [
      '',
      'no link',
      'https://a.example',
      'a https://a.example/<b> "https://c.example"\n https://…',
      '<img src=x onerror="fetch(\'https://a.example\')">',
    ]) {
      expect(
        piecesOf(text)
          .map((piece) => piece.text)
          .join(''),
      ).toBe(text)
    }
  })

  it('may be followed by thousands of brackets', () => {
    expect(addressesIn(`https://example.com/${')'.repeat(4000)}`)).toEqual(['https://example.com/'])
  })
})

describe('messages of one to three emoji', () => {
  it.each(['👍', '🎉 🎉', '👩‍👩‍👧‍👦👨🏽‍💻❤️', '🇫🇷', '1️⃣'])('%s is one', (text) => {
    expect(isEmojiOnly(text)).toBe(true)
  })

  it.each(['', ' ', '👍👍👍👍', '👍 ok', '7', 'ok', '#'])('“%s” is none', (text) => {
    expect(isEmojiOnly(text)).toBe(false)
  })
})

describe('a quote', () => {
  it('is the seq of an earlier entry', () => {
    expect(replyTo({ reply_to: 4 }, 5)).toBe(4)
  })

  it.each([5, 6, 0, -1, 1.5, '4', null, { seq: 4 }, [4], true])('is not %j', (reply_to) => {
    expect(replyTo({ reply_to }, 5)).toBeUndefined()
  })

  it('needs no metadata', () => {
    expect(replyTo(undefined, 5)).toBeUndefined()
  })
})
