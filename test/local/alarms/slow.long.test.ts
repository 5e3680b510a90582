import { expect, it } from 'vitest'
import { MINUTE_MS } from '../../../local/aws/cloudwatch/metrics.ts'
import { aWatchedChat, silentOf, traffic, type WatchedChat } from './watched-chat.ts'

it('[OPS-21] alarms fire when DynamoDB is slow, and when the worker therefore falls behind', async () => {
  // A little faster than the functions wait, so that every call succeeds late.
  const chat = await aWatchedChat({ faults: { database: { slow: 1, slowMillis: 1_900 } } })
  const expected = ['FramesSlow', 'RestSlow', 'WorkerSlow', 'ConcurrencyHigh']
  expect(await silentOf(chat, expected, rush)).toEqual([])

  for (let tasks = 0; tasks < 40; tasks += 1) await chat.queueTask({ task: 'presence', user: chat.ada.id })
  await chat.clock.pass(22 * MINUTE_MS)
  expect(chat.firing()).toContain('TasksWaiting')
}, 240_000)

it('[OPS-21] an alarm fires when handshakes are slow', async () => {
  // Slower than a function waits, so that it calls three times.
  const chat = await aWatchedChat({ faults: { database: { slow: 1, slowMillis: 2_500 } } })
  expect(await silentOf(chat, ['LifecycleSlow'], rush)).toEqual([])
}, 240_000)

/** So many calls and tasks at once that most of the concurrency is in use. */
async function rush(chat: WatchedChat): Promise<void> {
  const times = Array.from({ length: 4 })
  await Promise.all([
    ...times.map(() => traffic(chat)),
    ...times.map(() => chat.queueTask({ task: 'dismiss', user: chat.ada.id, at: Date.now() })),
  ])
}
