import type { Witness } from '../../model/checker.ts'
import type { Random } from '../../model/random.ts'
import { type Record, toSeen } from '../../model/record.ts'
import { View } from '../../model/view.ts'
import type { Place } from '../chat/chat.ts'
import { readFrame } from './inbox.ts'
import { type Frame, Line, type Speaker } from './line.ts'
import type { ClientOptions } from './options.ts'
import { Outbox } from './outbox.ts'
import { type Pace, usualPace } from './pace.ts'
import { Questions } from './questions.ts'

/** One device that does what docs/protocol.md asks of a client. */
export class Client implements Witness, Speaker {
  readonly views: ReadonlyMap<string, View>
  readonly outbox: Outbox
  readonly questions: Questions
  readonly line: Line
  readonly joined = new Set<string>()
  /** Of the open line. */
  connection: string | undefined
  authenticated = false
  missedPongs = 0
  /** The `seq` of the newest message that came without having been asked for. */
  pushed = 0
  pongs = 0
  /** Close codes of lines that ended without having been asked to. */
  readonly losses: number[] = []
  readonly #pace: Pace
  #heart: NodeJS.Timeout | undefined

  constructor(
    readonly options: ClientOptions,
    readonly place: Place,
    readonly record: Record,
    readonly random: Random,
  ) {
    this.#pace = { ...usualPace, ...options.pace }
    this.views = new Map(options.conversations.map((id) => [id, new View()]))
    this.outbox = new Outbox(this)
    this.questions = new Questions(this.#pace, random)
    this.line = new Line({ url: place.socketUrl, pace: this.#pace, random }, this)
  }

  /** Authenticated, and joined wherever it wants to be. */
  get ready(): boolean {
    return this.authenticated && this.options.conversations.every((id) => this.joined.has(id))
  }

  start(): void {
    this.line.start()
  }

  stop(): void {
    this.line.stop()
    this.#reset()
  }

  opened(): void {
    this.#reset()
    this.questions.ask('authenticate', () =>
      this.say({
        type: 'authenticate',
        token: this.place.token(this.options.user),
        request_id: 'authenticate',
      }),
    )
    this.#beat()
  }

  received(frame: Frame): void {
    readFrame(this, frame)
  }

  closed(code: number): void {
    if (this.authenticated) this.losses.push(code)
    this.#reset()
  }

  admitted(connection: string): void {
    this.questions.answered('authenticate')
    this.connection = connection
    this.authenticated = true
    this.line.settled()
    if (!this.options.joinsWhenTold) for (const id of this.options.conversations) this.fetch(id)
    this.outbox.pump()
  }

  /** Joins, or asks for what is missing: the same frame. */
  fetch(conversation: string): void {
    if (this.options.careless && this.joined.has(conversation)) return
    this.questions.ask(`join ${conversation}`, () => {
      if (!this.authenticated) return
      this.say({
        type: 'join_conversation',
        conversation_id: conversation,
        after_seq: this.views.get(conversation)?.held ?? 0,
        request_id: `join ${conversation}`,
      })
    })
  }

  leave(conversation: string): void {
    this.questions.ask(`leave ${conversation}`, () =>
      this.say({
        type: 'leave_conversation',
        conversation_id: conversation,
        request_id: `leave ${conversation}`,
      }),
    )
  }

  say(frame: Frame): void {
    this.line.send(frame)
  }

  /** A message was seen, however it came. */
  take(conversation: string, message: unknown): void {
    this.views.get(conversation)?.take(toSeen(message))
  }

  #reset(): void {
    clearTimeout(this.#heart)
    this.questions.clear()
    this.joined.clear()
    this.connection = undefined
    this.authenticated = false
    this.missedPongs = 0
  }

  #beat(): void {
    this.#heart = setTimeout(
      () => {
        // Two intervals without an answer: the line is dead, whatever the socket says.
        if (this.missedPongs >= 2) return this.line.drop()
        this.missedPongs++
        if (this.authenticated) this.say({ type: 'ping' })
        this.#beat()
      },
      this.#pace.heartbeat * (1 - this.random.next() / 10),
    )
  }
}
