/** The fields that the worker reads of a message of the queue. */
export interface QueueRecord {
  readonly messageId: string
  readonly body: string
}

/** Up to ten messages of the queue. */
export interface QueueEvent {
  readonly Records: readonly QueueRecord[]
}

/** The constant input of the schedule. */
export interface ScheduleEvent {
  readonly task: 'sweep'
}

export type WorkerEvent = QueueEvent | ScheduleEvent

/** The messages that the queue must deliver again; it deletes the others. */
export interface BatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[]
}
