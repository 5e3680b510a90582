import { expect, it } from 'vitest'
import { unreadOf } from '../../../../lambdas/chat/messages/read-cursor.ts'
import type { ConversationHead, MessageEntry, Participant } from '../../../../lambdas/model.ts'
import type { LogStore } from '../../../../lambdas/stores/log.ts'

const own: Participant = { user: 'ada', joined: new Map(), readSeq: 3, readOthers: 0 }

/** A log of many entries without counts, nearly all by ada. */
function aLog(length: number, byOthers: readonly number[]) {
  const entry = (seq: number): MessageEntry => ({
    kind: 'message',
    id: `${seq}`,
    seq,
    sender: byOthers.includes(seq) ? 'bob' : 'ada',
    content: '',
    createdAt: '',
  })
  const reads: number[] = []
  const after: LogStore['after'] = async (_conversation, seq, limit) => {
    reads.push(limit)
    return Array.from({ length: Math.min(limit, length - seq) }, (_, n) => entry(seq + 1 + n))
  }
  const head: ConversationHead = {
    id: 'c',
    createdAt: '',
    turnsIssued: 0,
    participants: new Map([['ada', own]]),
    last: entry(length),
  }
  return { head, reads, deps: { log: { after } as LogStore } }
}

it('[READ-5] [LIST-3] without counts, at most two hundred entries are read', async () => {
  const { deps, head, reads } = aLog(10_000, [2, 4, 203, 204])
  expect(await unreadOf(deps, head, own)).toBe(2)
  expect(reads).toEqual([100, 100])
})

it('[READ-5] without counts, reading stops at the end of the log', async () => {
  const { deps, head, reads } = aLog(60, [59, 60])
  expect(await unreadOf(deps, head, own)).toBe(2)
  expect(reads).toHaveLength(1)
})
