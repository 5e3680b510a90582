/** The fields of a queued message that the worker reads. */
export interface QueueRecord {
  readonly messageId: string
  readonly body: string
  readonly attributes?: {
    /** When the message was sent, epoch milliseconds. */
    readonly SentTimestamp: string
    /** 1 for the first delivery. */
    readonly ApproximateReceiveCount: string
  }
}

/** A batch of up to ten messages from the queue. */
export interface QueueEvent {
  readonly Records: readonly QueueRecord[]
}

/** The input that the schedule composes. */
export interface ScheduleEvent {
  readonly task: 'sweep'
  /** When the sweep was due, ISO 8601. */
  readonly time?: string
}

export type WorkerEvent = QueueEvent | ScheduleEvent

/** The messages that the queue must deliver again; it deletes the others. */
export interface BatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[]
}
