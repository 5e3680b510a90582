import { GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { describe, expect, it } from 'vitest'
import { fold, foldWords } from '../../../lambdas/fold.ts'
import { aUser, word } from '../../support/people.ts'
import { openStores } from '../../support/stores.ts'

const { db, tables, users } = openStores()

const idsOf = async (text: string) =>
  (await users.searchAdmins(foldWords(text), 'nobody', 20)).map(({ id }) => id)

async function rowsBeginning(text: string) {
  const { Items = [] } = await db.send(
    new QueryCommand({
      TableName: tables.users,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':pk': `SEARCH#${fold(text).slice(0, 2)}`, ':prefix': fold(text) },
      ConsistentRead: true,
    }),
  )
  return Items
}

describe('the search after a change', () => {
  it('[SEARCH-5] finds a new name or e-mail instead of the old one', async () => {
    const user = aUser()
    await users.importUsers([user])
    const renamed = { ...user, firstname: word(), email: `${word()}@x.org` }
    await users.importUsers([renamed])
    for (const text of [user.firstname, user.email]) expect(await rowsBeginning(text)).toEqual([])
    for (const text of [renamed.firstname, renamed.email]) expect(await idsOf(text)).toEqual([user.id])

    const recased = { ...renamed, firstname: renamed.firstname.toUpperCase() }
    await users.importUsers([recased])
    expect(await users.searchAdmins([renamed.firstname], 'nobody', 10)).toMatchObject([
      { firstname: recased.firstname },
    ])
  })

  it('[SEARCH-5] loses the rows of a user who is demoted or removed, and has them again after a promotion', async () => {
    const user = aUser()
    const found = async () => [...(await rowsBeginning(user.firstname)), ...(await rowsBeginning(user.email))]
    await users.importUsers([user])
    expect(await found()).toHaveLength(2)
    await users.importUsers([{ ...user, role: 'member' }])
    expect(await found()).toEqual([])
    await users.importUsers([user])
    expect(await found()).toHaveLength(2)
    await users.removeUser(user.id)
    expect(await found()).toEqual([])
    await users.removeUser(user.id)
    expect(await users.find(user.id)).toBeUndefined()
  })

  it('[SEARCH-5] finds the result of one of several concurrent changes, and nothing from the others', async () => {
    const { id } = aUser()
    const versions = Array.from({ length: 8 }, () => aUser({ id }))
    await Promise.all([
      ...versions.map((version) => users.importUsers([version])),
      users.removeUser(id),
      users.importUsers([aUser({ id, role: 'member' })]),
    ])
    const kept = await users.find(id)
    for (const { firstname } of versions) {
      const rows = await rowsBeginning(firstname)
      expect(rows.length).toBe(kept?.role === 'admin' && kept.firstname === firstname ? 1 : 0)
    }
  })

  it('[SEARCH-5] finds a user stored by an older version after a new import', async () => {
    const user = aUser()
    const Item = { pk: `USER#${user.id}`, sk: 'PROFILE', ...user }
    await db.send(new PutCommand({ TableName: tables.users, Item }))
    expect(await idsOf(user.firstname)).toEqual([])
    await users.importUsers([user])
    expect(await idsOf(user.firstname)).toEqual([user.id])
  })

  it('[SEARCH-5] replaces the rows of an older version, whose partitions all had two characters', async () => {
    const user = aUser({ firstname: '李小龙', lastname: word() })
    const terms = [`李小龙 ${user.lastname}`, user.lastname, user.email]
    const keys = terms.map((term) => ({
      pk: `SEARCH#${[...term].slice(0, 2).join('')}`,
      sk: `${term}\t${user.id}`,
    }))
    const { id, firstname, lastname, email } = user
    for (const row of keys) {
      await db.send(
        new PutCommand({ TableName: tables.users, Item: { ...row, id, firstname, lastname, email } }),
      )
    }
    const Item = { pk: `USER#${id}`, sk: 'PROFILE', ...user, search_terms: terms }
    await db.send(new PutCommand({ TableName: tables.users, Item }))

    await users.importUsers([user])
    const left = await Promise.all(
      keys.map(async (Key) => (await db.send(new GetCommand({ TableName: tables.users, Key }))).Item),
    )
    expect(left.map((row) => row !== undefined)).toEqual([false, false, true])
    for (const q of ['李', '小龙', lastname, `${lastname} 李`, email]) expect(await idsOf(q), q).toContain(id)

    await users.removeUser(id)
    for (const q of ['李', '小龙', lastname, email]) expect(await idsOf(q), q).not.toContain(id)
  })

  it('[SEARCH-5] removes the rows of an older folding when the name changes', async () => {
    const user = aUser()
    await users.importUsers([user])
    const Key = { pk: `USER#${user.id}`, sk: 'PROFILE' }
    const stale = word()
    await db.send(
      new PutCommand({
        TableName: tables.users,
        Item: { pk: `SEARCH#${stale.slice(0, 2)}`, sk: `${stale}\t${user.id}`, id: user.id },
      }),
    )
    await db.send(
      new UpdateCommand({
        TableName: tables.users,
        Key,
        UpdateExpression: 'SET search_terms = list_append(search_terms, :stale)',
        ExpressionAttributeValues: { ':stale': [stale] },
      }),
    )
    expect(await idsOf(stale)).toEqual([user.id])
    await users.importUsers([user])
    expect(await idsOf(stale)).toEqual([])
    const { Item } = await db.send(new GetCommand({ TableName: tables.users, Key }))
    expect(Item?.['search_terms']).not.toContain(stale)
  })
})
