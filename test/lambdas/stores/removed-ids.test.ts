import { describe, expect, it } from 'vitest'
import { requireAdmin } from '../../../lambdas/chat/connections/authenticate.ts'
import { rig } from '../../support/interleave.ts'
import { aUser } from '../../support/people.ts'
import { openStores } from '../../support/stores.ts'
import { seconds, tokenFor } from '../../support/tokens.ts'

const { users } = openStores()

describe('the id of a removed user', () => {
  it('[AUTH-13] is not given to another user, while the other rows are imported', async () => {
    const [removed, other] = [aUser(), aUser()]
    expect(await users.importUsers([removed])).toEqual([])
    await users.removeUser(removed.id)
    expect(await users.importUsers([aUser({ id: removed.id }), other])).toEqual([removed.id])
    expect(await users.find(removed.id)).toBeUndefined()
    expect(await users.find(other.id)).toMatchObject({ firstname: other.firstname })
    expect((await users.listUsers()).map(({ id }) => id)).not.toContain(removed.id)
  })

  it('[AUTH-13] is given again on request; tokens of the previous owner stay refused', async () => {
    const removed = aUser()
    await users.importUsers([removed])
    await users.removeUser(removed.id)
    const now = seconds()
    const next = aUser({ id: removed.id })
    expect(await users.importUsers([next], now)).toEqual([])
    const signIn = (iat: number) => requireAdmin(rig().deps, tokenFor(next.id, { iat }))
    await expect(signIn(now)).rejects.toMatchObject({ code: 'unauthorized' })
    expect(await signIn(now + 1)).toMatchObject({ user: next.id })
    expect(await users.importUsers([next])).toEqual([])
    await users.removeUser(next.id)
    expect(await users.importUsers([next])).toEqual([next.id])
  })

  it('[AUTH-13] is kept from an import that runs at the same time as the removal', async () => {
    const user = aUser()
    await users.importUsers([user])
    const [, ...refused] = await Promise.all([
      users.removeUser(user.id),
      ...Array.from({ length: 5 }, () => users.importUsers([user])),
    ])
    expect(await users.find(user.id)).toBeUndefined()
    expect(await users.importUsers([user])).toEqual([user.id])
    for (const ids of refused) expect([[], [user.id]]).toContainEqual(ids)
  })

  it('[AUTH-13] of a user who never existed is not reserved by a removal', async () => {
    const user = aUser()
    await users.removeUser(user.id)
    expect(await users.importUsers([user])).toEqual([])
  })
})
