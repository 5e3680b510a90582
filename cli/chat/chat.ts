import type { PushFrame } from '../../protocol/server-frames.ts'
import type { ClientOptions } from './account.ts'
import { fromPush, isEntry, type View } from './events.ts'
import { Lists } from './lists.ts'
import { Rest } from './rest.ts'
import { Room } from './room.ts'
import { Session, type SessionListener } from './session.ts'

type ChatOptions = ClientOptions & View

/** A signed-in user with at most one open conversation. Everything to display is passed to `show` as an event. */
export class Chat implements SessionListener {
  readonly lists: Lists
  readonly show: View['show']
  /** Resolves when the user has signed in. */
  readonly ready: Promise<void>
  /** Rejects when the session has ended for good. */
  readonly failed: Promise<never>
  readonly #options: ChatOptions
  readonly #session: Session
  readonly #rest: Rest
  /** The open conversation and, while switching, the next one. */
  readonly #rooms = new Map<string, Room>()
  #room: Room | undefined
  #user: string | undefined
  #isReady: () => void = () => undefined
  #hasFailed: (error: Error) => void = () => undefined

  constructor(options: ChatOptions) {
    this.#options = options
    this.show = options.show
    this.#session = new Session(options, this)
    this.#rest = new Rest(options)
    this.lists = new Lists(this.#rest, options.show, () => this.#session.connection)
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

  stop(): void {
    for (const room of this.#rooms.values()) this.#close(room)
    this.#session.stop()
  }

  /** @param word the id of a conversation, or its number in the list */
  async open(word: string): Promise<void> {
    const id = await this.lists.conversationNamed(word)
    const before = this.#room
    if (before?.id === id) return
    const room = new Room(id, {
      ...this.#options,
      session: this.#session,
      rest: this.#rest,
      user: this.#user ?? '',
    })
    this.#rooms.set(id, room)
    try {
      await room.open()
    } catch (error) {
      this.#close(room)
      throw error
    }
    this.#room = room
    if (!before) return
    this.#close(before)
    await this.#session.ask('leave_conversation', () => ({ conversation_id: before.id }))
  }

  /** Leaves the open conversation, which must be a group, for good. */
  async leave(room: Room): Promise<void> {
    await room.leave()
    this.#close(room)
  }

  signedIn(user: string): void {
    const again = this.#user !== undefined
    this.#user = user
    this.show({ type: again ? 'signed_in_again' : 'signed_in', user })
    for (const room of this.#rooms.values()) this.#rejoin(room)
    this.#isReady()
  }

  pushed(frame: PushFrame): void {
    const room = 'conversation_id' in frame ? this.#rooms.get(frame.conversation_id) : undefined
    if (frame.type === 'new_invitation') this.lists.invited(frame.invitation)
    else if (frame.type === 'conversation_updated' && room) room.feed.reaches(frame.last_seq)
    else if (!isEntry(frame)) this.show(frame)
    else if (room) room.feed.add(fromPush(frame))
    else this.show(fromPush(frame).event)
  }

  latestSeqs(seqs: Readonly<Record<string, number>>): void {
    for (const room of this.#rooms.values()) {
      const lastSeq = seqs[room.id]
      if (lastSeq === undefined) this.#rejoin(room)
      else room.feed.reaches(lastSeq)
    }
  }

  refused(error: Error): void {
    this.#options.refused(error)
  }

  lost(reason: string, pauseMs: number): void {
    this.show({ type: 'connection_lost', reason, pauseMs })
  }

  ended(error: Error): void {
    this.stop()
    this.#hasFailed(error)
  }

  #rejoin(room: Room): void {
    room.feed.join().catch((error: unknown) => {
      if (!this.#rooms.has(room.id)) return
      this.#close(room)
      this.#options.refused(error)
    })
  }

  #close(room: Room): void {
    room.feed.close()
    this.#rooms.delete(room.id)
    if (this.#room === room) this.#room = undefined
  }
}
