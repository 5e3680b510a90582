import { beforeAll, describe, expect, it } from 'vitest'
import { groupWords } from '../../../web/conversation/group-words.ts'
import type { Texts } from '../../../web/text/texts.ts'
import { person } from '../builders.ts'
import { englishTexts } from '../english.ts'

describe('the words about a group', () => {
  let texts: Texts
  beforeAll(async () => {
    texts = await englishTexts()
  })
  const people = [person('me'), person('bob'), person('eve')]
  const presence = (...online: readonly string[]) =>
    new Map(
      ['bob', 'eve', 'someone else'].map((id) => [id, { is_online: online.includes(id), last_seen: null }]),
    )

  it('count the participants who are online, with the user', () => {
    expect(groupWords(people, presence('bob'), texts)).toBe('3 participants, 2 online')
    expect(groupWords(people, presence('bob', 'eve'), texts)).toBe('3 participants, 3 online')
  })

  it('say only how many take part if no other participant is known to be online', () => {
    expect(groupWords(people, presence('someone else'), texts)).toBe('3 participants')
    expect(groupWords(people, new Map(), texts)).toBe('3 participants')
  })
})
