import { describe, expect, it } from 'vitest'
import { MINUTE_MS } from '../../../local/aws/cloudwatch/metrics.ts'
import { aWatchedChat, silentOf, traffic, type WatchedChat } from './watched-chat.ts'

/** The longest delay that SQS allows. */
const MAX_DELAY_SECONDS = 900

describe('[OPS-21] alarms', { timeout: 120_000 }, () => {
  it('are silent while the chat works and for a single bad minute, and report handshakes that are refused', async () => {
    // The minutes pass so fast that the tasks of one overlap the calls of the next.
    const chat = await aWatchedChat({ concurrency: 50 })
    for (let minute = 0; minute < 9; minute += 1) {
      await traffic(chat)
      await chat.passMinute()
      // Until then, the period in which a sweep is missing began before the chat.
      if (minute >= 5) expect(chat.firing()).toEqual([])
    }
    await refuse(chat)
    await chat.passMinute()
    expect(chat.firing()).toEqual([])
    await refuse(chat)
    await chat.passMinute()
    expect(chat.firing()).toEqual(['HandshakesRefused'])
  })

  it('are silent while a task only waits for its time', async () => {
    const chat = await aWatchedChat()
    await chat.queueTask({ task: 'presence', user: chat.ada.id }, MAX_DELAY_SECONDS)
    for (let seconds = 0; seconds <= MAX_DELAY_SECONDS; seconds += 60) {
      await chat.passMinute()
      expect(chat.firing()).not.toContain('TasksWaiting')
    }
    // The metric includes tasks that are delayed, so only the threshold keeps the alarm silent.
    expect(chat.oldestTaskSeconds()).toBeGreaterThanOrEqual(MAX_DELAY_SECONDS - 60)
  })

  it('fire when invocations are throttled', async () => {
    const chat = await aWatchedChat({ faults: { invocations: { throttled: 0.95 } } })
    const expected = [
      'LifecycleThrottled',
      'FramesThrottled',
      'RestThrottled',
      'WorkerThrottled',
      'EventsDropped',
      'RestApiFailing',
      'SocketApiFailing',
    ]
    const insist = async () => {
      for (let tries = 0; tries < 100 && !(await chat.connect()); tries += 1);
      await traffic(chat)
    }
    expect(await silentOf(chat, expected, insist)).toEqual([])
  })

  it('fire when functions crash', async () => {
    const chat = await aWatchedChat({ faults: { invocations: { killed: 1 } } })
    const expected = [
      'LifecycleFailing',
      'FramesFailing',
      'RestFailing',
      'WorkerFailing',
      'EventsDropped',
      'DeadLetters',
    ]
    const crash = async () => {
      await chat.queueTask({ task: 'presence', user: chat.ada.id })
      await traffic(chat)
    }
    expect(await silentOf(chat, expected, crash)).toEqual([])
  })

  it('fire when DynamoDB throttles or fails', async () => {
    const chat = await aWatchedChat({ faults: { database: { throttled: 0.4, errorBefore: 0.4 } } })
    const expected = ['Connections', 'Conversations', 'Invitations', 'Users'].flatMap((table) =>
      ['ReadsThrottled', 'WritesThrottled', 'Failing'].map((problem) => `${table}Table${problem}`),
    )
    expect(await silentOf(chat, expected, (each) => each.useTables())).toEqual([])
  })

  it('fire when no sweep is started', async () => {
    const chat = await aWatchedChat({ scheduleMs: 24 * 60 * MINUTE_MS })
    await chat.clock.pass(5 * MINUTE_MS)
    expect(chat.firing()).toEqual(['SweepMissing'])
  })
})

/** A page whose origin is not allowed tries to connect again and again. */
async function refuse({ connect }: WatchedChat): Promise<void> {
  for (let tries = 0; tries < 6; tries += 1) await connect({ origin: 'https://stranger.example' })
}
