import { expect, it } from 'vitest'
import { nextEntry } from '../../../../lambdas/chat/entries/next-entry.ts'
import type { Entry, Participant } from '../../../../lambdas/model.ts'

const participant = (user: string): Participant => ({ user, joined: new Map(), readSeq: 0, readOthers: 0 })
const stamp = { now: 0, random: 'r'.repeat(22), rate: { perSecond: 1, burst: 1 } }

it('[READ-5] the counts in an entry do not grow with the number of past participants', () => {
  let last: Entry | undefined
  for (let n = 0; n < 2000; n++) {
    const user = `${'u'.repeat(230)}${n}`
    const participants = new Map(['creator', user].map((one) => [one, participant(one)]))
    const head = { id: 'c', createdAt: '', turnsIssued: 0, participants, ...(last ? { last } : {}) }
    last = nextEntry(head, { kind: 'participant_left', sender: user }, stamp)
  }
  expect(last?.seq).toBe(2000)
  expect(JSON.stringify(last).length).toBeLessThan(100_000)
})
