import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { watchOutage } from '../../../cli/chat/script.ts'
import type { Chat, ChatState } from '../../../client/index.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it('a script fails when there has been no connection for half a minute', async () => {
  let state: Partial<ChatState> = { phase: 'connecting' }
  const chat = { state: { getSnapshot: () => state } } as unknown as Chat
  const outage = watchOutage(chat)
  const failures: Error[] = []
  outage.failed.catch((error: Error) => failures.push(error))
  await vi.advanceTimersByTimeAsync(29_000)
  state = { phase: 'online' }
  await vi.advanceTimersByTimeAsync(60_000)
  state = { phase: 'offline', reason: 'the connection could not be opened' }
  await vi.advanceTimersByTimeAsync(29_000)
  expect(failures).toEqual([])
  await vi.advanceTimersByTimeAsync(2000)
  expect(failures.map(({ message }) => message)).toEqual([
    'The chat cannot be reached: the connection could not be opened.',
  ])
  outage.stop()
})
