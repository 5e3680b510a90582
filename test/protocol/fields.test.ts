import { describe, expect, it } from 'vitest'
import type * as z from 'zod/mini'
import { ChatError } from '../../protocol/errors.ts'
import { parseFields, title, userId, userText } from '../../protocol/fields.ts'

const refusal = (schema: z.ZodMiniType, value: unknown) => {
  try {
    parseFields(schema, value)
    return undefined
  } catch (error) {
    return error instanceof ChatError ? error.code : 'not a ChatError'
  }
}

describe('the title of a group', () => {
  it('[TEXT-1] is one line of visible text of up to 100 characters', () => {
    for (const text of ['Ops', '李小龙', 'équipe 👩‍👩‍👧', '😀'.repeat(100)]) {
      expect(refusal(title, text), text).toBeUndefined()
    }
    for (const text of [
      '',
      ' ',
      '\u{1d159}',
      'a\nb',
      'a\u0085b',
      'a\u2028b',
      'a\u2029b',
      'a\u001b[31mb',
      'a\u202eb',
      'a\u2066b',
      'a\u061cb',
      'a\ud800b',
      '😀'.repeat(101),
    ]) {
      expect(refusal(title, text), JSON.stringify(text)).toBe('bad_request')
    }
  })
})

describe('a user id', () => {
  it('[TEXT-2] can be an e-mail address, also with an apostrophe, of up to 254 characters', () => {
    for (const id of ['ada', "miles.o'brien+chat@example-site.org", '__proto__', 'x'.repeat(254)]) {
      expect(refusal(userId, id), id).toBeUndefined()
    }
    for (const id of ['', 'a b', 'a#b', 'a"b', 'a’b', 'a\tb', 'é', 'a/b', 'x'.repeat(255)]) {
      expect(refusal(userId, id), id).toBe('bad_request')
    }
  })
})

describe('the name, e-mail and role of a user', () => {
  it('are one line of at most 254 characters', () => {
    for (const text of ['', 'O’Brien', '李小龙', '😀'.repeat(254)])
      expect(refusal(userText, text), text).toBeUndefined()
    for (const text of ['a\nb', 'a\u001bb', 'a\u202eb', 'a\ud800b', '😀'.repeat(255)]) {
      expect(refusal(userText, text), JSON.stringify(text)).toBe('bad_request')
    }
  })
})
