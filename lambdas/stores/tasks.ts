import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { Task } from '../model.ts'

/** Sends tasks to the worker. */
export interface TaskQueue {
  /**
   * Resolves once the queue has stored the task.
   *
   * @param delaySeconds delay before delivery, a whole number from 0 to 900
   */
  send(task: Task, delaySeconds?: number): Promise<void>
}

export function taskQueue(client: SQSClient, queueUrl: string): TaskQueue {
  return {
    async send(task, delaySeconds = 0) {
      await client.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: JSON.stringify(task),
          DelaySeconds: delaySeconds,
        }),
      )
    },
  }
}
