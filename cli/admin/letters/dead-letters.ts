import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import { concurrently } from '../../../lambdas/async.ts'
import { type DeadLetter, toLetter } from './dead-letter.ts'

export interface DeadLetters {
  /** Reads the letters, and hides them from other readers until `release`, or for five minutes. */
  take(): Promise<Taken>
  release(letters: readonly DeadLetter[]): Promise<void>
  /**
   * Moves letters back to the queue of tasks. A crash between the two steps can make a task run twice, which is
   * harmless.
   */
  retry(letters: readonly DeadLetter[]): Promise<Handled>
  drop(letters: readonly DeadLetter[]): Promise<Handled>
  /** How often the queue delivers a task before it gives up. */
  attempts(): Promise<number>
}

export interface Taken {
  /** Oldest first. */
  readonly letters: readonly DeadLetter[]
  /** False if there may be more letters than could be read at once. */
  readonly complete: boolean
}

export interface Handled {
  /** The letters that were handled. The others are unchanged, because there was no time for them or a call failed. */
  readonly handled: readonly DeadLetter[]
  /** The error of the first call that failed; undefined if none failed. */
  readonly failure: unknown
}

/**
 * A letter that is received again gets a new receipt, and SQS ignores a deletion with the old receipt. So letters stay
 * hidden for longer than reading and handling them takes, but not so long that they are missing after a crash.
 */
const HIDDEN_MS = 300_000
const READ_MS = 120_000
/** Longer than the calls for one letter take, even if they are repeated. */
const MARGIN_MS = 30_000
const MAX_LETTERS = 10_000
/** Asks every server of the queue, so that an empty answer means that no letter is left. */
const WAIT_SECONDS = 1
const CONCURRENCY = 10

export function deadLetters(
  sqs: SQSClient,
  urls: { readonly dead: string; readonly tasks: string },
  now = Date.now,
): DeadLetters {
  const { dead: QueueUrl, tasks } = urls
  const receive = async (): Promise<readonly DeadLetter[]> => {
    const hiddenUntil = now() + HIDDEN_MS
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: HIDDEN_MS / 1000,
        WaitTimeSeconds: WAIT_SECONDS,
        MessageSystemAttributeNames: ['SentTimestamp'],
      }),
    )
    return Messages.map((message) => toLetter(message, hiddenUntil))
  }
  const remove = async ({ receipt }: DeadLetter) =>
    void (await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: receipt })))
  const unhide = async ({ receipt }: DeadLetter) => {
    const change = { QueueUrl, ReceiptHandle: receipt, VisibilityTimeout: 0 }
    await sqs.send(new ChangeMessageVisibilityCommand(change))
  }
  const requeue = async (letter: DeadLetter) => {
    await sqs.send(new SendMessageCommand({ QueueUrl: tasks, MessageBody: letter.body }))
    await remove(letter).catch((error: unknown) => {
      const text = `The task of dead letter ${letter.id} was queued, but the letter could not be deleted: ${error}`
      throw new Error(text, { cause: error })
    })
  }
  /** Handles letters while they are hidden, until a call fails. */
  const each = async (letters: readonly DeadLetter[], run: (letter: DeadLetter) => Promise<void>) => {
    const handled: DeadLetter[] = []
    const failures: unknown[] = []
    await concurrently(letters, CONCURRENCY, async (letter) => {
      if (failures.length > 0 || now() >= letter.hiddenUntil - MARGIN_MS) return
      try {
        await run(letter)
        handled.push(letter)
      } catch (error) {
        failures.push(error)
      }
    })
    return { handled, failure: failures[0] }
  }
  return {
    async take() {
      const letters = new Map<string, DeadLetter>()
      let complete = false
      for (const begin = now(); !complete && letters.size < MAX_LETTERS && now() < begin + READ_MS; ) {
        const received = await receive()
        for (const letter of received) letters.set(letter.id, letter)
        complete = received.length === 0
      }
      return { letters: [...letters.values()].sort((one, other) => one.queuedAt - other.queuedAt), complete }
    },
    async release(letters) {
      const { failure } = await each(letters, unhide)
      if (failure !== undefined) throw failure
    },
    retry: (letters) => each(letters, requeue),
    drop: (letters) => each(letters, remove),
    async attempts() {
      const { Attributes } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: tasks, AttributeNames: ['All'] }),
      )
      return Number(JSON.parse(Attributes?.['RedrivePolicy'] ?? '{}').maxReceiveCount ?? 0)
    },
  }
}
