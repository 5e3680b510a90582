import { expect, it } from 'vitest'
import { nextEntry } from '../../../../lambdas/chat/entries/next-entry.ts'
import type { Entry } from '../../../../lambdas/model.ts'
import { defaultRates } from '../../../../protocol/limits.ts'
import { noon } from '../../../support/mocked.ts'

/** Writes the messages of these senders at the same time, and resolves with the last entry. */
function entryAfter(senders: readonly string[]) {
  let last: Entry | undefined
  for (const sender of senders) {
    const head = {
      id: 'c',
      createdAt: '',
      turnsIssued: 0,
      participants: new Map(),
      ...(last ? { last } : {}),
    }
    const message = { kind: 'message' as const, sender, content: 'hi' }
    last = nextEntry(head, message, { now: noon, random: 'r'.repeat(22), rate: defaultRates.messages })
  }
  return last
}

/** Each sends one message more than the one before. */
const everyone = (count: number) =>
  Array.from({ length: count }, (_, n) => Array<string>(n + 1).fill(`user${n}`)).flat()

it('[RATE-2] an entry keeps its sender and the ten others who are furthest ahead of the rate', () => {
  const furthest = Array.from({ length: 10 }, (_, n) => `user${n + 10}`)
  expect(new Set(entryAfter([...everyone(20), 'ada'])?.paid?.keys())).toEqual(new Set([...furthest, 'ada']))
})

it('[RATE-2] one of the ten furthest ahead is limited exactly, however many others send', () => {
  const senders = [...Array<string>(100).fill('ada'), ...everyone(20)]
  expect(() => entryAfter([...senders, 'ada'])).toThrow('too many messages')
})
