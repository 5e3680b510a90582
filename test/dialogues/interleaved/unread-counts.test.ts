import { expect, it } from 'vitest'
import { joinGroup } from '../../../lambdas/chat/conversations/join-group.ts'
import { leaveGroup } from '../../../lambdas/chat/conversations/leave-group.ts'
import type { Deps } from '../../../lambdas/chat/deps.ts'
import { deleteMessage, editMessage } from '../../../lambdas/chat/messages/edit.ts'
import { markReadOverRest } from '../../../lambdas/chat/messages/mark-read.ts'
import { unreadOf } from '../../../lambdas/chat/messages/read-cursor.ts'
import { sendOverRest } from '../../../lambdas/chat/messages/send.ts'
import { newConversationRows } from '../../../lambdas/stores/conversation-rows.ts'
import { defaultRates } from '../../../protocol/limits.ts'
import { Random } from '../../../verification/model/random.ts'
import { anId, rig } from '../../support/interleave.ts'
import { putConversationRows } from '../../support/rows.ts'
import { unlimited } from '../../support/stores.ts'

/** A group whose only participant is its creator. */
async function aGroupOf(creator: string): Promise<string> {
  const id = anId()
  await putConversationRows(newConversationRows(id, [creator], new Date().toISOString(), { creator }))
  return id
}

async function inviteAndJoin(deps: Deps, id: string, from: string, to: string): Promise<void> {
  const createdAt = new Date().toISOString()
  const group = { id }
  const invitation = { id: anId(), from, to, message: '', status: 'pending' as const, createdAt, group }
  const { step } = await deps.invitations.openInGroup(id, deps.now())
  await deps.invitations.createInGroup({ group: id, step, limits: unlimited }, [invitation])
  const stored = await deps.invitations.find(invitation.id)
  if (stored) await joinGroup(deps, { ...stored, group })
}

const messagesIn = async ({ log }: Deps, id: string) =>
  (await log.after(id, 0, 1000)).flatMap((entry) => (entry.kind === 'message' ? [entry] : []))

/** Makes a participant send, leave, read, edit or delete at random. */
async function act(deps: Deps, id: string, user: string, random: Random, mayLeave: boolean) {
  const choice = random.below(10)
  if (choice < 5) return await sendOverRest(deps, user, id, { content: `${random.below(1000)}` })
  if (choice < 6) {
    if (!mayLeave) return
    await leaveGroup(deps, { user }, id)
    return 'left'
  }
  if (choice < 8) {
    const seq = 1 + random.below((await deps.conversations.head(id))?.last?.seq ?? 1)
    return await markReadOverRest(deps, user, id, { seq })
  }
  const own = (await messagesIn(deps, id)).filter(
    ({ sender, deletedAt }) => sender === user && deletedAt === undefined,
  )
  const message = own[random.below(own.length)]
  if (!message) return
  const target = { conversation: id, seq: message.seq, user }
  if (random.below(2) === 0) return await deleteMessage(deps, target)
  return await editMessage(deps, target, { content: `${random.below(1000)}` })
}

it.each([6, 14])(
  '[READ-5] [SEND-2] unread counts stay exact through random actions in a group of up to %i',
  async (size) => {
    const rate = { perSecond: 1e6, burst: 1e6 }
    const deps: Deps = { ...rig().deps, rates: { ...defaultRates, messages: rate } }
    const random = new Random(size)
    const users = Array.from({ length: size }, (_, n) => `u${n}-${anId()}`)
    const [creator = ''] = users
    const id = await aGroupOf(creator)
    const participants = new Set([creator])
    for (let step = 0; step < 60; step++) {
      const user = random.pick(users)
      if (!participants.has(user)) {
        await inviteAndJoin(deps, id, creator, user)
        participants.add(user)
      } else if ((await act(deps, id, user, random, user !== creator)) === 'left') participants.delete(user)
      if (step % 5 !== 4) continue

      const head = await deps.conversations.head(id)
      if (!head) throw new Error('the group has no head')
      expect([...head.participants.keys()].sort()).toEqual([...participants].sort())
      const messages = await messagesIn(deps, id)
      const counted = [...head.participants.values()].map(async (own) => {
        const unread = messages.filter(
          ({ sender, seq, deletedAt }) => sender !== own.user && seq > own.readSeq && deletedAt === undefined,
        ).length
        expect(await unreadOf(deps, head, own), `step ${step}, ${own.user}`).toBe(unread)
      })
      await Promise.all(counted)
    }
    const seqs = (await deps.log.after(id, 0, 1000)).map(({ seq }) => seq)
    expect(seqs).toEqual(seqs.map((_, n) => n + 1))
  },
)
