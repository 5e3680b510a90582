import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import { concurrently } from '../../../lambdas/async.ts'

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
}

export interface DeadLetters {
  /** Every letter, oldest first. Hides them from other readers until `release`, or for a minute. */
  take(): Promise<readonly DeadLetter[]>
  release(letters: readonly DeadLetter[]): Promise<void>
  /** Moves letters back to the queue of tasks. After a crash in between, a task may run twice, which tasks allow. */
  retry(letters: readonly DeadLetter[]): Promise<void>
  drop(letters: readonly DeadLetter[]): Promise<void>
  /** How often the queue delivers a task before it gives up. */
  attempts(): Promise<number>
}

/** Long enough to handle all letters, and short enough that a crash does not hide them for long. */
const HIDDEN_SECONDS = 60
/** Asks every server of the queue, so that an empty answer means that no letter is left. */
const WAIT_SECONDS = 1
const CONCURRENCY = 10

export function deadLetters(
  sqs: SQSClient,
  urls: { readonly dead: string; readonly tasks: string },
): DeadLetters {
  const { dead: QueueUrl, tasks } = urls
  const remove = async ({ receipt }: DeadLetter) =>
    void (await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: receipt })))
  return {
    async take() {
      const letters = new Map<string, DeadLetter>()
      for (;;) {
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({
            QueueUrl,
            MaxNumberOfMessages: 10,
            VisibilityTimeout: HIDDEN_SECONDS,
            WaitTimeSeconds: WAIT_SECONDS,
            MessageSystemAttributeNames: ['SentTimestamp'],
          }),
        )
        if (Messages.length === 0) break
        for (const letter of Messages.map(toLetter)) letters.set(letter.id, letter)
      }
      return [...letters.values()].sort((one, other) => one.queuedAt - other.queuedAt)
    },
    release: (letters) =>
      concurrently(letters, CONCURRENCY, async ({ receipt }) => {
        const change = { QueueUrl, ReceiptHandle: receipt, VisibilityTimeout: 0 }
        await sqs.send(new ChangeMessageVisibilityCommand(change))
      }),
    retry: (letters) =>
      concurrently(letters, CONCURRENCY, async (letter) => {
        await sqs.send(new SendMessageCommand({ QueueUrl: tasks, MessageBody: letter.body }))
        await remove(letter)
      }),
    drop: (letters) => concurrently(letters, CONCURRENCY, remove),
    async attempts() {
      const { Attributes } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: tasks, AttributeNames: ['All'] }),
      )
      return Number(JSON.parse(Attributes?.['RedrivePolicy'] ?? '{}').maxReceiveCount ?? 0)
    },
  }
}

function toLetter({ MessageId = '', ReceiptHandle = '', Body = '', Attributes }: Message): DeadLetter {
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
  }
}

function parse(body: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(body)) as Record<string, unknown>
  } catch {
    return {}
  }
}
