import { describe, expect, it } from 'vitest'
import { join } from '../../../lambdas/chat/connections/join.ts'
import { editMessage } from '../../../lambdas/chat/messages/edit.ts'
import { history as readHistory } from '../../../lambdas/chat/messages/history.ts'
import { sendOverRest, sendOverSocket } from '../../../lambdas/chat/messages/send.ts'
import { acceptAll, anAdmin, history, joined, post } from '../../support/chat.ts'
import { aTrio, meanwhile, rig } from '../../support/interleave.ts'

const leave = (group: string) => `/conversations/${group}/leave`

describe('who has left a group', () => {
  it.each(['rest', 'socket'])(
    '[GROUP-4] is not told a message over %s that took its place after the leave',
    async (via) => {
      const { ada, bob, group } = await aTrio()
      const [a, b, idle] = [await joined(ada, group), await joined(bob, group), await bob.connect()]
      const { deps, to } = rig()
      meanwhile(deps, 'log', 'append', () => bob.call('POST', leave(group)))
      const message = { content: 'secret' }
      if (via === 'rest') await sendOverRest(deps, ada.id, group, message)
      else {
        const frame = { type: 'send_message' as const, conversation_id: group, message }
        await sendOverSocket(deps, a.connectionId, frame, async () => undefined)
      }
      const kinds = (await history(ada, group)).map(({ kind }) => kind)
      expect(kinds.slice(-2)).toEqual(['participant_left', 'message'])
      expect([to(b), to(idle)]).toEqual([[], []])
    },
  )

  it('[GROUP-4] is not told a change that took its place after the leave', async () => {
    const { ada, bob, group } = await aTrio()
    const { seq } = await post(ada, group, 'x')
    const b = await joined(bob, group)
    const { deps, to } = rig()
    meanwhile(deps, 'log', 'update', () => bob.call('POST', leave(group)))
    await editMessage(deps, { conversation: group, seq, user: ada.id }, { content: 'secret' })
    expect(to(b)).toEqual([])
  })

  it('[GROUP-4] gets nothing by repeating the acceptance', async () => {
    const [ada, bob] = [await anAdmin('ada'), await anAdmin('bob')]
    const made = await ada.call('POST', '/conversations', { title: 'Ops', user_ids: [bob.id] })
    const { conversation_id: group, invitations } = made.body['data']
    const accept = () => bob.call('PUT', `/invitations/${invitations[0].id}/respond`, { action: 'accept' })
    await accept()
    await bob.call('POST', leave(group))
    await post(ada, group, 'secret')
    const again = await accept()
    expect([again.status, again.body['code']]).toEqual([404, 'not_found'])
    expect(JSON.stringify(again.body)).not.toContain('secret')
  })

  it('[GROUP-4] gets nothing of the group when somebody accepts what they had invited to', async () => {
    const [ada, bob, cyd] = [await anAdmin('ada'), await anAdmin('bob'), await anAdmin('cyd')]
    const made = await ada.call('POST', '/conversations', { title: 'Ops', user_ids: [bob.id, cyd.id] })
    const { conversation_id: group } = made.body['data']
    await acceptAll(bob)
    const a = await ada.connect()
    await ada.call('POST', leave(group))
    await post(bob, group, 'secret')
    await acceptAll(cyd)
    expect((await history(cyd, group)).at(-1)).toMatchObject({ kind: 'participant_joined' })
    await a.ask({ type: 'ping' })
    expect(JSON.stringify(a.frames)).not.toContain('secret')
  })

  it('[GROUP-4] [REST-5] reads no page that goes on beyond the leave', async () => {
    const { ada, bob, group } = await aTrio()
    const { deps } = rig()
    meanwhile(deps, 'log', 'after', async () => {
      await bob.call('POST', leave(group))
      await post(ada, group, 'secret')
    })
    const page = await readHistory(deps, bob.id, group, { limit: 50, after: 0 })
    expect(page.messages.map(({ kind }) => kind)).toEqual(['participant_joined', 'participant_joined'])
  })

  it('[GROUP-4] [JOIN-2] gets no answer to a join that goes on beyond the leave', async () => {
    const { ada, bob, group } = await aTrio()
    const b = await bob.connect()
    const { deps } = rig()
    let read = () => {}
    const headWasRead = new Promise<void>((resolve) => {
      read = resolve
    })
    const { conversations } = deps
    const reading = {
      ...conversations,
      head: async (id: string) => {
        const head = await conversations.head(id)
        read()
        return head
      },
    }
    meanwhile(deps, 'log', 'after', async () => {
      await headWasRead
      await bob.call('POST', leave(group))
      await post(ada, group, 'secret')
    })
    const page = await join({ ...deps, conversations: reading }, b.connectionId, group, 0)
    expect(page).toMatchObject({ last_seq: 2, messages: [{ seq: 1 }, { seq: 2 }], has_more: false })
  })
})

describe('who has come to a group', () => {
  it('[PUSH-2] is told a message that took its place after that, on every connection', async () => {
    const { ada, group } = await aTrio()
    const newcomer = await anAdmin('newcomer')
    await ada.call('POST', `/conversations/${group}/invitations`, { to_user_id: newcomer.id })
    const n = await newcomer.connect()
    const { deps, to } = rig()
    meanwhile(deps, 'log', 'append', () => acceptAll(newcomer))
    await sendOverRest(deps, ada.id, group, { content: 'hello' })
    expect(to(n)).toEqual(['new_message'])
  })
})
