import { expect, it } from 'vitest'
import { watchOutage } from '../../../cli/chat/script.ts'
import type { Chat, ChatState } from '../../../client/index.ts'
import { virtualClock } from '../../client/support/virtual-clock.ts'

it('a script fails when there has been no connection for half a minute', async () => {
  let state: Partial<ChatState> = { phase: 'connecting' }
  const chat = { state: { getSnapshot: () => state } } as unknown as Chat
  const clock = virtualClock()
  const outage = watchOutage(chat, clock)
  const failures: Error[] = []
  outage.failed.catch((error: Error) => failures.push(error))
  await clock.advance(29_000)
  state = { phase: 'online' }
  await clock.advance(60_000)
  state = { phase: 'offline', reason: 'the connection could not be opened' }
  await clock.advance(29_000)
  expect(failures).toEqual([])
  await clock.advance(2000)
  expect(failures.map(({ message }) => message)).toEqual([
    'The chat cannot be reached: the connection could not be opened.',
  ])
  outage.stop()
})
