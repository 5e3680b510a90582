import { expect, it } from 'vitest'
import { lastMessage } from '../../../../lambdas/chat/entries/newest-messages.ts'
import type { Entry, MessageEntry, UpdateEntry } from '../../../../lambdas/model.ts'
import type { LogStore } from '../../../../lambdas/stores/log.ts'

/** A log of messages, of which all after `kept` were deleted, from the first to the last. */
function aLog(messages: number, kept: number) {
  const base = (seq: number) => ({ id: `${seq}`, seq, sender: 'ada', createdAt: '' })
  const entries: Entry[] = []
  for (let seq = 1; seq <= messages; seq++) {
    const message: MessageEntry = { ...base(seq), kind: 'message', content: '' }
    entries.push(seq > kept ? { ...message, deletedAt: 'x' } : message)
  }
  for (let target = kept + 1; target <= messages; target++) {
    const seq = entries.length + 1
    const update: UpdateEntry = {
      ...base(seq),
      kind: 'message_updated',
      targetSeq: target,
      messageSeq: messages,
    }
    entries.push(update)
  }
  const reads: number[] = []
  const before: LogStore['before'] = async (_conversation, seq, limit) => {
    reads.push(limit)
    return entries.slice(Math.max(0, seq - 1 - limit), seq - 1)
  }
  return {
    end: { id: 'c', last: entries.at(-1) },
    reads,
    deps: { log: { before } as LogStore, retentionMs: Number.POSITIVE_INFINITY, now: Date.now },
  }
}

it.each([
  ['reads nothing if the newest entry is a message', 3, 3, [], 3],
  ['searches before a deleted message', 3, 2, [1, 25], 2],
  ['finds a message that is 25 entries before the newest', 40, 15, [1, 25], 15],
  ['ends after 25 entries', 40, 14, [1, 25], undefined],
  ['ends at the beginning of the log', 1, 0, [1], undefined],
])('[EDIT-7] the search for the last message %s', async (_, messages, kept, sizes, found) => {
  const { deps, end, reads } = aLog(messages, kept)
  expect((await lastMessage(deps, end))?.seq).toBe(found)
  expect(reads).toEqual(sizes)
})
