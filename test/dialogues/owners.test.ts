import { describe, expect, it } from 'vitest'
import { leaveGroup } from '../../lambdas/chat/conversations/leave-group.ts'
import type { ConversationHead, ParticipantEntry } from '../../lambdas/model.ts'
import {
  type Admin,
  acceptAll,
  aGroup,
  anAdmin,
  aPair,
  conversationsOf,
  history,
  invitationsPath,
  joined,
  leavePath,
  ownerPath,
  participantPath,
} from '../support/chat.ts'
import { rig } from '../support/interleave.ts'

const ownerOf = async (reader: Admin) => (await conversationsOf(reader))[0]?.['owner_id']
const codeOf = async (call: Promise<{ readonly body: { readonly [field: string]: unknown } }>) =>
  (await call).body['code']

describe('the owner of a group', () => {
  it('[GROUP-7] is the creator at first, and only the owner may invite and remove', async () => {
    const { ada, bob, cyd, group } = await aGroup('ada', 'bob', 'cyd')
    expect([await ownerOf(ada), await ownerOf(bob)]).toEqual([ada.id, ada.id])
    const dan = await anAdmin('dan')
    expect(await codeOf(bob.call('POST', invitationsPath(group), { to_user_id: dan.id }))).toBe('forbidden')
    expect(await codeOf(bob.call('DELETE', participantPath(group, cyd.id)))).toBe('forbidden')
    expect(await codeOf(bob.call('POST', ownerPath(group), { user_id: bob.id }))).toBe('forbidden')
  })

  it('[GROUP-8] can make another participant the owner, which is an entry that is pushed', async () => {
    const { ada, bob, cyd, group } = await aGroup('ada', 'bob', 'cyd')
    const [b, c] = [await joined(bob, group), await cyd.connect()]
    const handOver = () => ada.call('POST', ownerPath(group), { user_id: bob.id })
    expect((await handOver()).body).toEqual({ success: true, data: { owner_id: bob.id } })
    for (const socket of [b, c]) {
      expect(await socket.next('owner_changed')).toMatchObject({
        conversation_id: group,
        seq: 3,
        owner_id: bob.id,
        participant: { id: bob.id, firstname: 'bob' },
      })
    }
    expect(await ownerOf(cyd)).toBe(bob.id)
    expect((await history(cyd, group)).at(-1)).toMatchObject({
      kind: 'owner_changed',
      sender_id: ada.id,
      owner_id: bob.id,
      participant: { id: bob.id },
    })
    expect((await handOver()).status).toBe(200)
    expect(await history(cyd, group)).toHaveLength(3)
    expect(await codeOf(ada.call('POST', ownerPath(group), { user_id: cyd.id }))).toBe('forbidden')
    expect((await bob.call('DELETE', participantPath(group, ada.id))).status).toBe(200)
  })

  it('[GROUP-8] can only be a participant of a group', async () => {
    const { ada, group } = await aGroup('ada', 'bob')
    const [stranger, pair] = [await anAdmin('stranger'), await aPair()]
    expect(await codeOf(ada.call('POST', ownerPath(group), { user_id: stranger.id }))).toBe('not_found')
    expect(await codeOf(stranger.call('POST', ownerPath(group), { user_id: stranger.id }))).toBe('not_found')
    expect(await codeOf(ada.call('POST', ownerPath(group), {}))).toBe('bad_request')
    const inPair = pair.ada.call('POST', ownerPath(pair.conversation), { user_id: pair.bob.id })
    expect(await codeOf(inPair)).toBe('bad_request')
  })

  it('[GROUP-9] is the participant who joined first, once the owner has left', async () => {
    const { ada, bob, cyd, group } = await aGroup('ada', 'bob', 'cyd')
    await bob.call('POST', leavePath(group))
    await ada.call('POST', invitationsPath(group), { to_user_id: bob.id })
    await acceptAll(bob)
    const c = await joined(cyd, group)
    await ada.call('POST', leavePath(group))
    expect(await c.next('participant_left')).toMatchObject({ owner_id: cyd.id, participant: { id: ada.id } })
    expect(await ownerOf(bob)).toBe(cyd.id)
    await cyd.call('POST', invitationsPath(group), { to_user_id: ada.id })
    await acceptAll(ada)
    expect(await ownerOf(ada)).toBe(cyd.id)
  })

  it('[GROUP-9] stays the same when an owner joins again who left under an older version', async () => {
    const { ada, bob, cyd, group } = await aGroup('ada', 'bob', 'cyd')
    const { deps } = rig()
    const { leave } = deps.memberships
    // The older version stored no owner.
    Object.assign(deps.memberships, {
      leave: (
        id: string,
        { owner: _, ...entry }: ParticipantEntry,
        before: ConversationHead['participants'],
      ) => leave(id, entry, before),
    })
    await leaveGroup(deps, { user: ada.id }, group)
    await bob.call('POST', invitationsPath(group), { to_user_id: ada.id })
    await acceptAll(ada)
    expect(await ownerOf(cyd)).toBe(bob.id)
    expect((await history(cyd, group)).at(-1)).toMatchObject({
      kind: 'participant_joined',
      owner_id: bob.id,
    })
  })

  it('[GROUP-9] is the user who joins a group without participants', async () => {
    const { ada, bob, group } = await aGroup('ada', 'bob')
    const cyd = await anAdmin('cyd')
    await ada.call('POST', invitationsPath(group), { to_user_id: cyd.id })
    for (const one of [ada, bob]) await one.call('POST', leavePath(group))
    await acceptAll(cyd)
    expect(await ownerOf(cyd)).toBe(cyd.id)
    expect((await history(cyd, group)).at(-1)).toMatchObject({ kind: 'participant_joined', owner_id: cyd.id })
  })
})

describe('removing a participant', () => {
  it('[GROUP-10] [GROUP-4] adds an entry that names the owner, and ends every right of the participant', async () => {
    const { ada, bob, cyd, group } = await aGroup('ada', 'bob', 'cyd')
    const [b, c] = [await joined(bob, group), await joined(cyd, group)]
    const remove = () => ada.call('DELETE', participantPath(group, bob.id))
    expect((await remove()).body).toEqual({ success: true, data: {} })
    const left = { removed_by: ada.id, participant: { id: bob.id } }
    expect(await c.next('participant_left')).toMatchObject({ seq: 3, ...left })
    expect((await history(ada, group)).at(-1)).toMatchObject({ kind: 'participant_left', ...left })
    expect(await b.next('conversation_removed')).toMatchObject({ conversation_id: group })
    expect(await b.ask({ type: 'ping' })).toMatchObject({ heads: {} })
    expect((await bob.call('GET', `/conversations/${group}/messages`)).status).toBe(404)
    expect(await conversationsOf(bob)).toEqual([])
  })

  it('[GROUP-10] is refused for non-participants, in pairs, and for the owner', async () => {
    const { ada, bob, group } = await aGroup('ada', 'bob')
    const [stranger, pair] = [await anAdmin('stranger'), await aPair()]
    expect(await codeOf(ada.call('DELETE', participantPath(group, stranger.id)))).toBe('not_found')
    expect(await codeOf(stranger.call('DELETE', participantPath(group, bob.id)))).toBe('not_found')
    expect(await codeOf(ada.call('DELETE', participantPath(group, ada.id)))).toBe('bad_request')
    const inPair = pair.ada.call('DELETE', participantPath(pair.conversation, pair.bob.id))
    expect(await codeOf(inPair)).toBe('bad_request')
  })

  it('[GROUP-11] [GROUP-10] can be repeated, and so can leaving, without another entry', async () => {
    const { ada, bob, cyd, group } = await aGroup('ada', 'bob', 'cyd')
    const calls = [
      () => bob.call('POST', leavePath(group)),
      () => ada.call('DELETE', participantPath(group, bob.id)),
      () => ada.call('DELETE', participantPath(group, cyd.id)),
      () => cyd.call('POST', leavePath(group)),
    ]
    for (const call of [...calls, ...calls])
      expect(await call()).toMatchObject({ status: 200, body: { data: {} } })
    const kinds = (await history(ada, group)).map(({ kind }) => kind)
    expect(kinds.filter((kind) => kind === 'participant_left')).toHaveLength(2)
    const stranger = await anAdmin('stranger')
    expect((await stranger.call('POST', leavePath(group))).status).toBe(404)
  })
})
