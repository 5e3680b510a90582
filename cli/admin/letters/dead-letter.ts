import type { Message } from '@aws-sdk/client-sqs'

/** A task that failed too often. Its text may contain the content of a message, so it is never shown. */
export interface DeadLetter {
  readonly id: string
  /** Name of the task. */
  readonly task: string
  /** The ids that the task is about, by name. */
  readonly about: Readonly<Record<string, string>>
  /** When the task was queued first, epoch milliseconds. */
  readonly queuedAt: number
  readonly body: string
  readonly receipt: string
  /** Until when the receipt is valid and no other reader receives the letter, epoch milliseconds. */
  readonly hiddenUntil: number
}

export function toLetter(
  { MessageId = '', ReceiptHandle = '', Body = '', Attributes }: Message,
  hiddenUntil: number,
): DeadLetter {
  const work = parse(Body)
  return {
    id: MessageId,
    task: typeof work['task'] === 'string' ? work['task'] : 'unknown',
    about: Object.fromEntries(
      ['user', 'connection', 'conversation', 'seq'].flatMap((name) => {
        const value = work[name]
        return typeof value === 'string' || typeof value === 'number' ? [[name, String(value)]] : []
      }),
    ),
    queuedAt: Number(Attributes?.SentTimestamp ?? 0),
    body: Body,
    receipt: ReceiptHandle,
    hiddenUntil,
  }
}

function parse(body: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(body)) as Record<string, unknown>
  } catch {
    return {}
  }
}
