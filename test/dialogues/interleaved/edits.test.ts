import { UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { describe, expect, it } from 'vitest'
import { accept } from '../../../lambdas/chat/conversations/answers.ts'
import { leaveGroup } from '../../../lambdas/chat/conversations/leave-group.ts'
import { deleteMessage, editMessage } from '../../../lambdas/chat/messages/edit.ts'
import { aGroup, aPair, history, invitationsPath, messagePath, post } from '../../support/chat.ts'
import { down, repeatEach, rig, runBefore } from '../../support/interleave.ts'
import { openStores } from '../../support/stores.ts'

describe('concurrent changes of a message', () => {
  it('[EDIT-4] both get the message as the answer if both delete it', async () => {
    const { ada, conversation } = await aPair()
    await post(ada, conversation, 'x')
    const { deps } = rig()
    runBefore(deps, 'log', 'update', () => ada.call('DELETE', messagePath(conversation, 1)))
    const deleted = await deleteMessage(deps, { conversation, seq: 1, user: ada.id })
    expect(deleted).toMatchObject({ content: '', deleted_at: expect.any(String) })
    expect(await history(ada, conversation)).toHaveLength(2)
  })

  it('[EDIT-4] both get the message as the answer if both delete it over REST', async () => {
    const { ada, conversation } = await aPair()
    const { seq } = await post(ada, conversation, 'x')
    const remove = () => ada.call('DELETE', messagePath(conversation, seq))
    const answers = await Promise.all([remove(), remove(), remove(), remove()])
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
  })

  it('[EDIT-5] keep metadata that another change has just set if they have none themselves', async () => {
    const { ada, conversation } = await aPair()
    await post(ada, conversation, 'x', { metadata: { secret: 'old' } })
    const { deps } = rig()
    const other = { content: 'y', metadata: { v: 2 } }
    runBefore(deps, 'log', 'update', () => ada.call('PATCH', messagePath(conversation, 1), other))
    const edited = await editMessage(deps, { conversation, seq: 1, user: ada.id }, { content: 'z' })
    expect(edited).toMatchObject({ content: 'z', metadata: { v: 2 } })
    const [first] = await history(ada, conversation)
    expect(first).toMatchObject({ content: 'z', metadata: { v: 2 } })
  })

  it('[EDIT-2] [GROUP-3] [GROUP-4] add one entry each, even if they are written twice', async () => {
    const { ada, bob, group } = await aGroup('ada', 'bob', 'cyd')
    await post(ada, group, 'x')
    const { deps } = rig()
    repeatEach(deps, 'log', 'update')
    repeatEach(deps, 'memberships', 'leave')
    repeatEach(deps, 'invitations', 'acceptInGroup')
    await editMessage(deps, { conversation: group, seq: 3, user: ada.id }, { content: 'y' })
    await leaveGroup(deps, { user: bob.id }, group)
    await ada.call('POST', invitationsPath(group), { to_user_id: bob.id })
    const [invitation] = await deps.invitations.allReceivedBy(bob.id)
    await accept(deps, { user: bob.id }, invitation?.id ?? '')
    expect((await history(ada, group)).map(({ seq, kind }) => [seq, kind]).slice(2)).toEqual([
      [3, 'message'],
      [4, 'message_updated'],
      [5, 'participant_left'],
      [6, 'participant_joined'],
    ])
  })
})

it('[EDIT-1] a message stored before entries had a kind can be edited and deleted', async () => {
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
  const edited = await ada.call('PATCH', messagePath(conversation, 1), { content: 'y' })
  expect([edited.status, edited.body['data']?.message.content]).toEqual([200, 'y'])
  const deleted = await ada.call('DELETE', messagePath(conversation, 1))
  expect([deleted.status, deleted.body['data']?.message.content]).toEqual([200, ''])
})

it('[EDIT-1] [EDIT-3] a stored change is answered with the message, even if what its push shows cannot be read', async () => {
  const { ada, bob, conversation } = await aPair()
  await post(ada, conversation, 'x')
  const { deps, reported, postedTo } = rig()
  const socket = await bob.connect()
  const target = { conversation, seq: 1, user: ada.id }
  const changes = [() => editMessage(deps, target, { content: 'y' }), () => deleteMessage(deps, target)]
  for (const change of changes) {
    runBefore(deps, 'log', 'entries', down)
    const answer = await change()
    expect(answer).toEqual((await history(ada, conversation))[0])
  }
  expect(reported).toMatchObject([{ message: 'down' }, { message: 'down' }])
  expect(postedTo(socket)).toEqual([])
})
