import type { RateState } from './model.ts'

/** A map that forgets the entry that was set longest ago once it is full. */
export class BoundedMap<Key, Value> extends Map<Key, Value> {
  readonly #maxEntries: number

  constructor(maxEntries: number) {
    super()
    this.#maxEntries = maxEntries
  }

  override set(key: Key, value: Value): this {
    this.delete(key)
    super.set(key, value)
    const [oldest] = this.keys()
    if (this.size > this.#maxEntries && oldest !== undefined) this.delete(oldest)
    return this
  }
}

/** Handshakes of one address in one minute. */
export interface AddressCount {
  readonly minute: number
  /** Handshakes that this container has not added to the table yet. */
  readonly pending: number
  /** Handshakes that the table has counted, from all containers. */
  readonly counted: number
}

/** The messages of a user, over all conversations. */
export interface SenderCount {
  /** The arrival time for messages (chat/rates.ts), as far as this container knows. */
  readonly arrival: number
  /** Messages that this container has not added to the table yet. */
  readonly pending: number
  /** When this container began to count the pending messages, epoch milliseconds. */
  readonly since: number
}

/** The newest entry of a log that this container has seen. */
export interface KnownSeq {
  readonly seq: number
  /** Epoch milliseconds. */
  readonly readAt: number
}

/**
 * What a container keeps between invocations to save calls. Any of it may be missing: another container may handle the
 * next event, and full maps forget their oldest entries.
 */
export interface Memory {
  /** The user of each connection that is known to have authenticated. */
  readonly users: Map<string, string>
  /** The number of refused frames of each connection that has not authenticated. */
  readonly refused: Map<string, number>
  /** The slots for which this container has queued a deadline task. */
  readonly deadlines: Map<number, true>
  /** By slot: when its deadline task was handled, epoch milliseconds. */
  readonly handledSlots: Map<number, number>
  readonly addresses: Map<string, AddressCount>
  /** By address: when the latest joins arrived that waited in vain for the authentication, epoch milliseconds. */
  readonly failedWaits: Map<string, readonly number[]>
  /** By user. */
  readonly senders: Map<string, SenderCount>
  /** By connection, as this container last saw it. */
  readonly rateStates: Map<string, RateState>
  /** By conversation. */
  readonly seqs: Map<string, KnownSeq>
  /** By user: when this container queued the dismissal of the user, epoch milliseconds. */
  readonly dismissals: Map<string, number>
}

export const newMemory = (): Memory => ({
  users: new BoundedMap(1000),
  refused: new BoundedMap(1000),
  deadlines: new BoundedMap(100),
  handledSlots: new BoundedMap(100),
  addresses: new BoundedMap(1000),
  failedWaits: new BoundedMap(1000),
  senders: new BoundedMap(1000),
  rateStates: new BoundedMap(1000),
  seqs: new BoundedMap(10_000),
  dismissals: new BoundedMap(1000),
})
