import { describe, expect, inject, it } from 'vitest'
import { eraseUser } from '../../cli/admin/erase-user/erase.ts'
import type { Target } from '../../cli/target.ts'
import type { Row } from '../../lambdas/stores/table.ts'
import {
  type Admin,
  aGroup,
  anAdmin,
  aPair,
  conversationsOf,
  history,
  invite,
  joined,
  leavePath,
  messagePath,
  post,
} from '../support/chat.ts'
import { failingAfter, openIn, rowsIn } from '../support/own-chat.ts'
import { word } from '../support/people.ts'
import { putConversationRows } from '../support/rows.ts'

const target = () => openIn(inject('dataDir'))
const erase = async (id: string, from?: Target) =>
  await eraseUser(from ?? (await target()), id, () => undefined, 0)

/** The rows of all tables that contain a text. */
async function rowsWith(text: string): Promise<readonly Row[]> {
  const opened = await target()
  const tables = Object.values(opened.tables)
  const rows = (await Promise.all(tables.map((table) => rowsIn(opened, table)))).flat()
  return rows.filter((row) =>
    JSON.stringify(row, (_, part) => (part instanceof Set ? [...part] : part)).includes(text),
  )
}

/** Calls of the worker, which makes the user leave, may still be running. */
const idOnly = ({ id }: Admin, rows: readonly Row[]) =>
  rows.map((row) => JSON.stringify(row).replaceAll(id, ''))

describe('erasing a user', { timeout: 60_000 }, () => {
  it('[OPS-42] empties the messages for all users, also in open clients', async () => {
    const { ada, bob, conversation } = await aPair()
    await post(ada, conversation, 'first', { metadata: { n: 1 } })
    await post(bob, conversation, 'an answer')
    await post(ada, conversation, 'last')
    const socket = await joined(bob, conversation)
    expect(await erase(ada.id)).toMatchObject({ removed: true, messages: 2 })
    const pushed = [await socket.next('message_updated'), await socket.next('message_updated')]
    expect(pushed.map(({ message }) => message)).toMatchObject(
      [1, 3].map((seq) => ({ seq, content: '', deleted_at: expect.any(String) })),
    )
    const entries = await history(bob, conversation)
    expect(entries.map(({ kind, content }) => content ?? kind)).toEqual([
      '',
      'an answer',
      '',
      'message_updated',
      'message_updated',
    ])
    expect(entries[0]).not.toHaveProperty('metadata')
    const [listed] = await conversationsOf(bob)
    expect(listed).toMatchObject({ last_message: { content: 'an answer' }, unread_count: 0 })
  })

  it('[OPS-42] leaves no word, name, key or hash of the user in any row, but the id', async () => {
    const secret = word()
    const ada = await anAdmin(secret)
    const bob = await anAdmin('bob')
    await (await target()).users.importUsers([
      {
        id: ada.id,
        firstname: `First${secret}`,
        lastname: `Last${secret}`,
        email: `${secret}@example.org`,
        role: 'admin',
      },
    ])
    const invitation = await ada.call('POST', '/invitations', {
      to_user_id: bob.id,
      message: `text ${secret}`,
    })
    await bob.call('PUT', `/invitations/${invitation.body['data'].invitation_id}/respond`, {
      action: 'accept',
    })
    const [{ id: conversation } = { id: '' }] = await conversationsOf(bob)
    await post(ada, conversation, `word ${secret}`, {
      client_message_id: `key-${secret}`,
      metadata: { secret },
    })
    await post(ada, conversation, 'deleted before', { client_message_id: `deleted-${secret}` })
    await ada.call('DELETE', messagePath(conversation, 2))
    await ada.call('POST', '/conversations', {
      user_ids: [bob.id],
      client_request_id: secret,
      message: `group ${secret}`,
    })
    await putConversationRows([
      {
        pk: `CONV#${conversation}`,
        sk: 'LOG#000000000099',
        seq: 99,
        id: '99-x',
        kind: 'participant_joined',
        sender: ada.id,
        created_at: new Date().toISOString(),
        person: { firstname: secret },
      },
      // What is left of a conversation that the rules no longer know.
      {
        pk: `CONV#${word()}`,
        sk: 'LOG#000000000001',
        seq: 1,
        id: '1-x',
        sender: ada.id,
        created_at: new Date().toISOString(),
        content: secret,
        metadata: secret,
        client_message_id: secret,
      },
    ])
    const erased = await erase(ada.id)
    expect(erased).toMatchObject({ messages: 2, keys: 2, invitations: 2 })
    // The id of the test user contains the word too.
    expect(idOnly(ada, await rowsWith(secret)).filter((row) => row.includes(secret))).toEqual([])
    expect(await erase(ada.id)).toMatchObject({ removed: false, messages: 0, keys: 0, invitations: 0 })
  })

  it('[OPS-42] reaches conversations that the user has left, and leaves the messages of others alone', async () => {
    const { ada, bob, group } = await aGroup('ada', 'bob')
    await post(bob, group, 'before I leave')
    await post(ada, group, 'stays')
    await bob.call('POST', leavePath(group))
    expect(await erase(bob.id)).toMatchObject({ messages: 1, titles: [] })
    const contents = (await history(ada, group, '')).map(({ content }) => content)
    expect(contents).toEqual(['stays'])
    expect(await erase(ada.id)).toMatchObject({ messages: 1, titles: ['Ops'] })
  })

  it('[OPS-42] empties messages that have expired but are still stored, also if two run at the same time', async () => {
    const { ada, bob, conversation } = await aPair()
    const words = word()
    const key = word()
    for (const n of [1, 2, 3]) {
      await post(ada, conversation, `${words} ${n}`, {
        client_message_id: `${key}-${n}`,
        metadata: { words },
      })
    }
    const opened = await target()
    await opened.deps.conversations.moveStart(conversation, { seq: 3, since: new Date().toISOString() })
    await Promise.all([erase(ada.id), erase(ada.id)])
    expect(await rowsWith(words)).toEqual([])
    expect(await rowsWith(key)).toEqual([])
    const entries = await history(bob, conversation)
    expect(entries.map(({ seq, kind, content }) => [seq, content ?? kind])).toEqual([
      [3, ''],
      [4, 'message_updated'],
    ])
    expect(await erase(ada.id)).toMatchObject({ messages: 0, keys: 0 })
  })

  it('[OPS-42] empties the newest message if it has expired', async () => {
    const { ada, conversation } = await aPair()
    const words = word()
    await post(ada, conversation, words, { client_message_id: word() })
    const opened = await target()
    await opened.deps.conversations.moveStart(conversation, { seq: 2, since: new Date().toISOString() })
    await erase(ada.id)
    expect(await rowsWith(words)).toEqual([])
    expect(await opened.deps.conversations.tail(conversation)).toMatchObject({ last: { seq: 1 } })
  })

  it('[OPS-42] is completed by a repetition, however often it is interrupted', async () => {
    const { ada, bob, conversation } = await aPair()
    const contents = Array.from({ length: 4 }, (_, n) => `number ${n}`)
    for (const content of contents)
      await post(ada, conversation, content, { client_message_id: content.replace(' ', '-') })
    await invite(ada, await anAdmin('cyd'))
    const opened = await target()
    for (let calls = 0; ; calls += 3) {
      const { deps } = opened
      let stored = 0
      const update: typeof deps.log.update = async (...change) => {
        const outcome = await deps.log.update(...change)
        // Killed before the others are notified.
        if (++stored > 1) throw new Error('killed')
        return outcome
      }
      const interrupted = { ...failingAfter(opened, calls), deps: { ...deps, log: { ...deps.log, update } } }
      const failed = await erase(ada.id, interrupted).catch((error) => error)
      if (!(failed instanceof Error)) break
      expect(failed.message).toBe('killed')
    }
    const entries = await history(bob, conversation)
    expect(entries.map(({ kind }) => kind)).toEqual([
      ...contents.map(() => 'message'),
      ...contents.map(() => 'message_updated'),
    ])
    expect(entries.slice(0, 4).map(({ content }) => content)).toEqual(['', '', '', ''])
  })

  it('refuses an id that no user has had', async () => {
    await expect(erase('nobody@example.org')).rejects.toThrow('There is no user')
  })
})
