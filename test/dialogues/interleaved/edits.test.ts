import { UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { describe, expect, it } from 'vitest'
import { accept } from '../../../lambdas/chat/conversations/invitations.ts'
import { leaveGroup } from '../../../lambdas/chat/conversations/membership.ts'
import { deleteMessage, editMessage } from '../../../lambdas/chat/messages/edit.ts'
import { aPair, history, post } from '../../support/chat.ts'
import { aTrio, meanwhile, rig, twice } from '../../support/interleave.ts'
import { openStores } from '../../support/stores.ts'

const at = (conversation: string, seq: number) => `/conversations/${conversation}/messages/${seq}`

describe('changes that meet', () => {
  it('[EDIT-4] are both answered with the message, if both delete it', async () => {
    const { ada, conversation } = await aPair()
    await post(ada, conversation, 'x')
    const { deps } = rig()
    meanwhile(deps, 'log', 'update', () => ada.call('DELETE', at(conversation, 1)))
    const deleted = await deleteMessage(deps, { conversation, seq: 1, user: ada.id })
    expect(deleted).toMatchObject({ content: '', deleted_at: expect.any(String) })
    expect(await history(ada, conversation)).toHaveLength(2)
  })

  it('[EDIT-4] are both answered with the message, if both delete it over REST', async () => {
    const { ada, conversation } = await aPair()
    const statuses: number[] = []
    for (let n = 0; n < 10; n++) {
      const { seq } = await post(ada, conversation, 'x')
      const remove = () => ada.call('DELETE', at(conversation, seq))
      statuses.push(...(await Promise.all([remove(), remove()])).map(({ status }) => status))
    }
    expect(statuses.filter((status) => status !== 200)).toEqual([])
  })

  it('[EDIT-5] leave metadata that is absent as somebody else made it meanwhile', async () => {
    const { ada, conversation } = await aPair()
    const body = { content: 'x', metadata: { secret: 'old' } }
    await ada.call('POST', `/conversations/${conversation}/messages`, body)
    const { deps } = rig()
    const other = { content: 'y', metadata: { v: 2 } }
    meanwhile(deps, 'log', 'update', () => ada.call('PATCH', at(conversation, 1), other))
    const edited = await editMessage(deps, { conversation, seq: 1, user: ada.id }, { content: 'z' })
    expect(edited).toMatchObject({ content: 'z', metadata: { v: 2 } })
    const [first] = await history(ada, conversation)
    expect(first).toMatchObject({ content: 'z', metadata: { v: 2 } })
  })

  it('[EDIT-2] [GROUP-3] [GROUP-4] take one place each, also when they are written twice', async () => {
    const { ada, bob, group } = await aTrio()
    await post(ada, group, 'x')
    const { deps } = rig()
    twice(deps, 'log', 'update')
    twice(deps, 'log', 'leave')
    twice(deps, 'invitations', 'acceptInGroup')
    await editMessage(deps, { conversation: group, seq: 3, user: ada.id }, { content: 'y' })
    await leaveGroup(deps, bob.id, group)
    await ada.call('POST', `/conversations/${group}/invitations`, { to_user_id: bob.id })
    const [invitation] = await deps.invitations.open('RECEIVED', bob.id)
    await accept(deps, bob.id, invitation?.id ?? '')
    expect((await history(ada, group)).map(({ seq, kind }) => [seq, kind]).slice(2)).toEqual([
      [3, 'message'],
      [4, 'message_updated'],
      [5, 'participant_left'],
      [6, 'participant_joined'],
    ])
  })
})

it('[EDIT-1] a message from before entries had kinds is edited and deleted like any other', async () => {
  const { ada, conversation } = await aPair()
  await post(ada, conversation, 'x')
  const { db, tables } = openStores()
  await db.send(
    new UpdateCommand({
      TableName: tables.conversations,
      Key: { pk: `CONV#${conversation}`, sk: 'LOG#000000000001' },
      UpdateExpression: 'REMOVE kind',
    }),
  )
  const edited = await ada.call('PATCH', at(conversation, 1), { content: 'y' })
  expect([edited.status, edited.body['data']?.message.content]).toEqual([200, 'y'])
  const deleted = await ada.call('DELETE', at(conversation, 1))
  expect([deleted.status, deleted.body['data']?.message.content]).toEqual([200, ''])
})
