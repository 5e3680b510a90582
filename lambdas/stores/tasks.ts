import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'

/** Work for later or for the background. Every task may be run twice, and in any order. */
export type Task =
  /** Looks which devices of a user are on, and tells those concerned if that made a difference. */
  | {
      readonly task: 'presence'
      readonly user: string
      /** Of a check that the user's row announces: when it is due. */
      readonly checkAt?: number
    }
  /** Closes the connection if nobody has authenticated on it by now. */
  | { readonly task: 'auth_deadline'; readonly connection: string }
  /** Posts an entry of the log to connections that were not reached in time. */
  | {
      readonly task: 'deliver'
      readonly conversation: string
      readonly seq: number
      /** Connections that get `new_message`. */
      readonly messageTo: readonly string[]
      /** Connections that get `conversation_updated`. */
      readonly updateTo: readonly string[]
    }
  /** Posts a frame to connections of a user that were not reached in time. */
  | {
      readonly task: 'push'
      readonly user: string
      readonly connections: readonly string[]
      readonly frame: string
      /** If it may be heard by participants alone: of what. */
      readonly conversation?: string
    }

/** What a kind of task says. */
export type TaskOf<T extends Task['task']> = Omit<Extract<Task, { readonly task: T }>, 'task'>

/** Sends tasks to the worker. */
export interface TaskQueue {
  /**
   * Resolves once the queue keeps the task.
   *
   * @param delaySeconds how long the queue holds it back, a whole number from 0 to 900
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
