import { describe, expect, it } from 'vitest'
import { conversationKeys } from '../../lambdas/stores/conversation-keys.ts'
import { allRows } from '../../lambdas/stores/table.ts'
import { aGroup, anAdmin, history, join, leavePath } from '../support/chat.ts'
import { putConversationRows } from '../support/rows.ts'
import { openStores } from '../support/stores.ts'

const stores = openStores()
const rowsOf = async (conversation: string) =>
  await allRows(
    { db: stores.db, tableName: stores.tables.conversations },
    conversationKeys.partition(conversation),
  )

describe('the names of users who joined and left', () => {
  it('[REST-6] are read when they are shown, and are empty once the user is removed', async () => {
    const { ada, bob, group } = await aGroup('ada', 'bob')
    await bob.call('POST', leavePath(group))
    const [entered, left] = await history(ada, group)
    for (const entry of [entered, left]) {
      expect(entry?.['participant']).toMatchObject({ id: bob.id, firstname: 'bob', email: bob.id })
    }
    expect(JSON.stringify(await rowsOf(group))).not.toContain('firstname')

    await stores.users.removeUser(bob.id)
    const nameless = { id: bob.id, firstname: '', lastname: '', email: '' }
    const answer = await (await ada.connect()).ask(join(group, { after_seq: 0 }))
    for (const page of [await history(ada, group), answer['messages']]) {
      expect(page).toMatchObject([
        { kind: 'participant_joined', sender_id: bob.id, participant: nameless },
        { kind: 'participant_left', sender_id: bob.id, participant: nameless },
      ])
    }
  })

  it('[REST-6] F25: that an older version stored in the log are ignored', async () => {
    const { ada, group } = await aGroup('ada', 'bob')
    const formerly = await anAdmin('formerly')
    await stores.users.removeUser(formerly.id)
    await putConversationRows([
      {
        ...conversationKeys.entry(group, 2),
        id: `2-${'x'.repeat(22)}`,
        seq: 2,
        kind: 'participant_joined',
        sender: formerly.id,
        created_at: '2026-01-01T00:00:00.000Z',
        change_seq: 2,
        person: { id: formerly.id, firstname: 'formerly', lastname: 'Test', email: formerly.id },
      },
    ])
    const [, entry] = await history(ada, group)
    expect(entry).toMatchObject({ participant: { id: formerly.id, firstname: '', lastname: '', email: '' } })
    expect(entry).not.toHaveProperty('person')
  })
})
