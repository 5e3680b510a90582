import type { PushFrame } from '../../protocol/server-frames.ts'
import type { Account } from './account.ts'
import { type ChatEvent, fromPush, isEntry } from './events.ts'
import { Lists } from './lists.ts'
import type { Pace } from './pace.ts'
import { Rest } from './rest.ts'
import { Room } from './room.ts'
import { type Listener, Session } from './session.ts'

/** Where somebody signs in. */
export interface Place {
  readonly socketUrl: string
  /** Where the paths under `/api` begin, without a final slash. */
  readonly restUrl: string
  readonly account: Account
}

interface ChatOptions extends Place {
  readonly pace: Pace
  /** Somebody is looking: what is shown counts as read, and opening a conversation shows what was said last. */
  readonly attended: boolean
  show(event: ChatEvent): void
  /** Something that nobody waits for was refused. */
  refused(error: unknown): void
}

/** A user in the chat, in one conversation at a time; whatever there is to see comes as events. */
export class Chat implements Listener {
  readonly lists: Lists
  /** Resolves when the user has signed in. */
  readonly ready: Promise<void>
  /** Rejects when it is over for good. */
  readonly failed: Promise<never>
  readonly #session: Session
  readonly #rest: Rest
  /** The open conversation and, for a moment, the next one. */
  readonly #rooms = new Map<string, Room>()
  #room: Room | undefined
  #user: string | undefined
  #isReady: () => void = () => undefined
  #hasFailed: (error: Error) => void = () => undefined

  constructor(private readonly options: ChatOptions) {
    this.#session = new Session(options, this)
    this.#rest = new Rest(options)
    this.lists = new Lists({ rest: this.#rest, show: options.show })
    this.ready = new Promise((resolve) => {
      this.#isReady = resolve
    })
    this.failed = new Promise((_, reject) => {
      this.#hasFailed = reject
    })
  }

  /** The open conversation. */
  get room(): Room | undefined {
    return this.#room
  }

  start(): void {
    this.#session.start()
  }

  stop(): void {
    for (const room of this.#rooms.values()) this.#forget(room)
    this.#session.stop()
  }

  /** @param word the id of a conversation, or its number in the list */
  async open(word: string): Promise<void> {
    const id = await this.lists.conversationNamed(word)
    const before = this.#room
    if (before?.id === id) return
    const room = new Room(id, {
      ...this.options,
      session: this.#session,
      rest: this.#rest,
      gap: this.options.pace.gap,
      user: this.#user ?? '',
    })
    this.#rooms.set(id, room)
    try {
      await room.open()
    } catch (error) {
      this.#forget(room)
      throw error
    }
    this.#room = room
    if (!before) return
    this.#forget(before)
    await this.#session.ask('leave_conversation', () => ({
      type: 'leave_conversation',
      conversation_id: before.id,
    }))
  }

  /** Leaves the open conversation, which must be a group, for good. */
  async leave(room: Room): Promise<void> {
    await room.leave()
    this.#forget(room)
  }

  signedIn(user: string): void {
    const again = this.#user !== undefined
    this.#user = user
    this.options.show({ type: again ? 'signed_in_again' : 'signed_in', user })
    for (const room of this.#rooms.values()) this.#rejoin(room)
    this.#isReady()
  }

  pushed(frame: PushFrame): void {
    const room = 'conversation_id' in frame ? this.#rooms.get(frame.conversation_id) : undefined
    if (frame.type === 'new_invitation') this.lists.invited(frame.invitation)
    else if (frame.type === 'conversation_updated' && room) room.feed.reaches(frame.last_seq)
    else if (!isEntry(frame)) this.options.show(frame)
    else if (room) room.feed.take(fromPush(frame))
    else this.options.show(fromPush(frame).event)
  }

  heads(heads: Readonly<Record<string, number>>): void {
    for (const room of this.#rooms.values()) {
      const head = heads[room.id]
      if (head === undefined) this.#rejoin(room)
      else room.feed.reaches(head)
    }
  }

  refused(error: Error): void {
    this.options.refused(error)
  }

  lost(reason: string, pause: number): void {
    this.options.show({ type: 'connection_lost', reason, pause })
  }

  ended(error: Error): void {
    this.stop()
    this.#hasFailed(error)
  }

  #rejoin(room: Room): void {
    room.feed.join().catch((error: unknown) => {
      if (!this.#rooms.has(room.id)) return
      this.#forget(room)
      this.options.refused(error)
    })
  }

  #forget(room: Room): void {
    room.feed.close()
    this.#rooms.delete(room.id)
    if (this.#room === room) this.#room = undefined
  }
}
