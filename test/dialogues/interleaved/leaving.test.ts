import { describe, expect, it } from 'vitest'
import { join } from '../../../lambdas/chat/connections/join.ts'
import { editMessage } from '../../../lambdas/chat/messages/edit.ts'
import { history as readHistory } from '../../../lambdas/chat/messages/history.ts'
import { sendOverRest, sendOverSocket } from '../../../lambdas/chat/messages/send.ts'
import {
  acceptAll,
  admins,
  aGroup,
  anAdmin,
  history,
  invitationsPath,
  joined,
  leavePath,
  post,
  respond,
} from '../../support/chat.ts'
import { frameOn } from '../../support/frames.ts'
import { rig, runBefore } from '../../support/interleave.ts'

describe('a user who has left a group', () => {
  it.each(['rest', 'socket'])(
    '[GROUP-4] does not receive a message over %s with a seq after they left',
    async (via) => {
      const { ada, bob, group } = await aGroup('ada', 'bob', 'cyd')
      const [a, b, notJoined] = [await joined(ada, group), await joined(bob, group), await bob.connect()]
      const { deps, postedTo } = rig()
      runBefore(deps, 'log', 'append', () => bob.call('POST', leavePath(group)))
      const message = { content: 'secret' }
      if (via === 'rest') await sendOverRest(deps, ada.id, group, message)
      else {
        const frame = { type: 'send_message' as const, conversation_id: group, message }
        await sendOverSocket(deps, frameOn(a.connectionId), frame, async () => undefined)
      }
      const kinds = (await history(ada, group)).map(({ kind }) => kind)
      expect(kinds.slice(-2)).toEqual(['participant_left', 'message'])
      expect([postedTo(b), postedTo(notJoined)]).toEqual([[], []])
    },
  )

  it('[GROUP-4] does not receive a change with a seq after they left', async () => {
    const { ada, bob, group } = await aGroup('ada', 'bob', 'cyd')
    const { seq } = await post(ada, group, 'x')
    const b = await joined(bob, group)
    const { deps, postedTo } = rig()
    runBefore(deps, 'log', 'update', () => bob.call('POST', leavePath(group)))
    await editMessage(deps, { conversation: group, seq, user: ada.id }, { content: 'secret' })
    expect(postedTo(b)).toEqual([])
  })

  it('[GROUP-4] receives nothing after repeating the acceptance', async () => {
    const { ada, bob } = await admins('ada', 'bob')
    const created = await ada.call('POST', '/conversations', { title: 'Ops', user_ids: [bob.id] })
    const { conversation_id: group, invitations } = created.body['data']
    const accept = () => respond(bob, invitations[0].id, 'accept')
    await accept()
    await bob.call('POST', leavePath(group))
    await post(ada, group, 'secret')
    const again = await accept()
    expect([again.status, again.body['code']]).toEqual([404, 'not_found'])
    expect(JSON.stringify(again.body)).not.toContain('secret')
  })

  it('[GROUP-4] receives nothing when another user accepts their invitation', async () => {
    const { ada, bob, cyd } = await admins('ada', 'bob', 'cyd')
    const created = await ada.call('POST', '/conversations', { title: 'Ops', user_ids: [bob.id, cyd.id] })
    const { conversation_id: group } = created.body['data']
    await acceptAll(bob)
    const a = await ada.connect()
    await ada.call('POST', leavePath(group))
    await post(bob, group, 'secret')
    await acceptAll(cyd)
    expect((await history(cyd, group)).at(-1)).toMatchObject({ kind: 'participant_joined' })
    await a.ask({ type: 'ping' })
    expect(JSON.stringify(a.frames)).not.toContain('secret')
  })

  it('[GROUP-4] [REST-5] gets no page of the history that extends past their departure', async () => {
    const { ada, bob, group } = await aGroup('ada', 'bob', 'cyd')
    const { deps } = rig()
    runBefore(deps, 'log', 'after', async () => {
      await bob.call('POST', leavePath(group))
      await post(ada, group, 'secret')
    })
    const page = await readHistory(deps, bob.id, group, { limit: 50, after: 0 })
    expect(page.messages.map(({ kind }) => kind)).toEqual(['participant_joined', 'participant_joined'])
  })

  it('[GROUP-4] [JOIN-2] gets no answer to a join that extends past their departure', async () => {
    const { ada, bob, group } = await aGroup('ada', 'bob', 'cyd')
    const b = await bob.connect()
    const { deps } = rig()
    let headRead = () => {}
    const afterHeadRead = new Promise<void>((resolve) => {
      headRead = resolve
    })
    const { conversations } = deps
    const observed = {
      ...conversations,
      head: async (id: string) => {
        const head = await conversations.head(id)
        headRead()
        return head
      },
    }
    runBefore(deps, 'log', 'after', async () => {
      await afterHeadRead
      await bob.call('POST', leavePath(group))
      await post(ada, group, 'secret')
    })
    const page = await join({ ...deps, conversations: observed }, frameOn(b.connectionId), group, 0)
    expect(page).toMatchObject({ last_seq: 2, messages: [{ seq: 1 }, { seq: 2 }], has_more: false })
  })
})

describe('a user who has joined a group', () => {
  it('[PUSH-2] receives a message with a seq after they joined, on every connection', async () => {
    const { ada, group } = await aGroup('ada', 'bob', 'cyd')
    const newcomer = await anAdmin('newcomer')
    await ada.call('POST', invitationsPath(group), { to_user_id: newcomer.id })
    const n = await newcomer.connect()
    const { deps, postedTo } = rig()
    runBefore(deps, 'log', 'append', () => acceptAll(newcomer))
    await sendOverRest(deps, ada.id, group, { content: 'hello' })
    expect(postedTo(n)).toEqual(['new_message'])
  })
})
