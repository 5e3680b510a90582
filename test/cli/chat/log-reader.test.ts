import { expect, it } from 'vitest'
import { createLogReader } from '../../../cli/chat/log-reader.ts'
import type { Entry, Log, Message } from '../../../client/index.ts'

const message = (seq: number): Message =>
  ({ kind: 'message', conversation_id: 'c', seq, id: `m${seq}`, content: `text ${seq}` }) as Message

/** A log of which the entries from one `seq` to another are loaded. */
const logOf = (first: number, last: number): Log => {
  const entries: Entry[] = Array.from({ length: last - first + 1 }, (_, index) => message(first + index))
  return { entries, lastSeq: last, pending: [] } as unknown as Log
}

const shownBy = (events: readonly { readonly type: string; readonly message?: Message }[]) =>
  events.map(({ type, message }) => message?.seq ?? type)

it('the entries that were skipped can be shown as earlier ones', () => {
  const reader = createLogReader('c')
  expect(shownBy(reader.read(logOf(1, 3)))).toEqual([1, 2, 3])
  expect(shownBy(reader.read(logOf(10, 12)))).toEqual(['skipped', 10, 11, 12])
  expect(shownBy(reader.earlier(logOf(4, 12)))).toEqual([4, 5, 6, 7, 8, 9])
  expect(shownBy(reader.earlier(logOf(1, 12)))).toEqual([1, 2, 3])
  expect(shownBy(reader.read(logOf(1, 13)))).toEqual([13])
})
