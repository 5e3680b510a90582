/** The fields of a queued message that the worker reads. */
export interface QueueRecord {
  readonly messageId: string
  readonly body: string
}

/** A batch of up to ten messages from the queue. */
export interface QueueEvent {
  readonly Records: readonly QueueRecord[]
}

/** The schedule's constant input. */
export interface ScheduleEvent {
  readonly task: 'sweep'
}

export type WorkerEvent = QueueEvent | ScheduleEvent

/** The messages that the queue must deliver again; it deletes the others. */
export interface BatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[]
}
