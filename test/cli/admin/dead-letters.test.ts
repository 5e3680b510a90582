import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { mockClient } from 'aws-sdk-client-mock'
import { describe, expect, it } from 'vitest'
import { deadLetters } from '../../../cli/admin/letters/dead-letters.ts'

const noon = Date.parse('2026-01-01T12:00:00.000Z')

/** A queue with dead letters, as seen by commands whose calls take some time each, on a clock that only calls advance. */
function aQueue(size: number, callMs: number) {
  const sqs = new SQSClient({ region: 'eu-west-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } })
  const mocked = mockClient(sqs)
  let now = noon
  let receives = 0
  const letters = new Map(
    Array.from({ length: size }, (_, id) => [`l${id}`, { visibleAt: noon, receipt: '' }]),
  )
  const sent: string[] = []
  /** Only the latest receipt of a letter works, and only while the letter is hidden. */
  const held = (receipt: string) => {
    now += callMs / 10
    const id = receipt.split('#')[0] ?? ''
    const letter = letters.get(id)
    return letter && letter.receipt === receipt && letter.visibleAt > now ? { id, letter } : undefined
  }
  mocked.on(ReceiveMessageCommand).callsFake(({ VisibilityTimeout }) => {
    now += callMs
    receives += 1
    if (receives > 20_000) throw new Error('received without end')
    const visible = [...letters].filter(([, { visibleAt }]) => visibleAt <= now).slice(0, 10)
    const Messages = visible.map(([id, letter]) => {
      letter.visibleAt = now + VisibilityTimeout * 1000
      letter.receipt = `${id}#${receives}`
      const Attributes = { SentTimestamp: String(noon) }
      return { MessageId: id, ReceiptHandle: letter.receipt, Body: JSON.stringify({ id }), Attributes }
    })
    return { Messages }
  })
  mocked.on(ChangeMessageVisibilityCommand).callsFake(({ ReceiptHandle }) => {
    const found = held(ReceiptHandle)
    if (found) found.letter.visibleAt = now
  })
  mocked.on(DeleteMessageCommand).callsFake(({ ReceiptHandle }) => {
    const found = held(ReceiptHandle)
    if (found) letters.delete(found.id)
  })
  mocked.on(SendMessageCommand).callsFake(({ MessageBody }) => void sent.push(JSON.parse(MessageBody).id))
  const store = deadLetters(sqs, { dead: 'dead', tasks: 'tasks' }, () => now)
  const hidden = () => [...letters.values()].filter(({ visibleAt }) => visibleAt > now).length
  return { store, letters, sent, hidden, mocked }
}

describe('many dead letters', () => {
  it('[OPS-32] are read once, although reading takes longer than a minute, and are hidden from no later reader', async () => {
    const { store, hidden } = aQueue(2_000, 400)
    const { letters, complete } = await store.take()
    expect([new Set(letters.map(({ id }) => id)).size, letters.length, complete]).toEqual([
      2_000,
      2_000,
      true,
    ])
    await store.release(letters)
    expect(hidden()).toBe(0)
  })

  it.each([
    ['too many', 12_000, 10, 10_000],
    ['too slow to read', 12_000, 1_000, 1_200],
  ])('[OPS-32] are read in part if they are %s', async (_, size, callMs, read) => {
    const { store } = aQueue(size, callMs)
    const { letters, complete } = await store.take()
    expect([letters.length, complete]).toEqual([read, false])
  })

  it('[OPS-33] are each retried once, and those that cannot be handled while they are hidden stay', async () => {
    const { store, letters: remaining, sent } = aQueue(3_000, 2_000)
    for (let round = 0; remaining.size > 0 && round < 20; round++) {
      const { letters } = await store.take()
      const { handled, failure } = await store.retry(letters)
      expect([handled.length > 0, failure]).toEqual([true, undefined])
    }
    expect([remaining.size, sent.length, new Set(sent).size]).toEqual([0, 3_000, 3_000])
  })

  it('[OPS-33] are not lost if some cannot be retried, and the command knows which ones were', async () => {
    const { store, letters: remaining, mocked } = aQueue(20, 10)
    const { letters } = await store.take()
    mocked.on(SendMessageCommand).rejects(new Error('no access'))
    const { handled, failure } = await store.retry(letters)
    expect([handled, failure, remaining.size]).toEqual([[], new Error('no access'), 20])
  })
})
