import { expect, it } from 'vitest'
import { inOrder } from '../../../web/people/order.ts'
import { person } from '../builders.ts'

it('participants are listed with the user first, then the owner, then the others by name', () => {
  const people = [person('zoe'), person('Éva'), person('me'), person('fred'), person('owner')]
  const ids = inOrder(people, 'me', 'owner', 'fr').map(({ id }) => id)
  expect(ids).toEqual(['me', 'owner', 'Éva', 'fred', 'zoe'])
})
