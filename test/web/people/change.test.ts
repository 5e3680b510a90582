import { beforeAll, expect, it } from 'vitest'
import { leaving } from '../../../web/people/change.ts'
import type { AllTexts } from '../../../web/text/texts.ts'
import { group, person } from '../builders.ts'
import { englishTexts } from '../english.ts'

let texts: AllTexts
beforeAll(async () => {
  texts = await englishTexts()
})

it('GROUP-9: an owner who leaves reads first who becomes the owner', () => {
  expect(leaving(group([person('grace')]), 'me', texts).detail).toBe(texts.leaveAsOwnerDetail)
})

it('the last participant, and one who is not the owner, do not hand anything over', () => {
  expect(leaving(group([]), 'me', texts).detail).toBe(texts.leaveGroupDetail)
  const others = group([person('grace')], { owner_id: 'grace' })
  expect(leaving(others, 'me', texts).detail).toBe(texts.leaveGroupDetail)
})
