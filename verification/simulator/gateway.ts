import type { RestEvent, RestResponse } from '../../lambdas/rest/event.ts'
import type { Frame } from '../model/receive.ts'
import type { Functions } from './functions.ts'
import type { Scheduler } from './scheduler.ts'

/** The client's side of a connection. */
export interface Peer {
  opened(connection: string): void
  /** The handshake was refused. */
  refused(): void
  received(connection: string, frame: Frame): void
  closed(connection: string): void
}

interface Socket {
  readonly client: Peer
  readonly connectedAt: number
  open: boolean
  /** False if the client no longer receives anything although the connection is still open at the gateway. */
  alive: boolean
}

/**
 * Models API Gateway, with events that arrive out of order or twice, lost answers, and late, repeated or missing
 * `$disconnect` events.
 */
export class Gateway {
  readonly sockets = new Map<string, Socket>()
  readonly #scheduler: Scheduler
  readonly #functions: () => Functions
  readonly #rewrite: (frame: Frame) => Frame

  /** @param rewrite changes frames on their way to clients */
  constructor(
    scheduler: Scheduler,
    functions: () => Functions,
    rewrite: (frame: Frame) => Frame = (frame) => frame,
  ) {
    this.#scheduler = scheduler
    this.#functions = functions
    this.#rewrite = rewrite
  }

  connect(client: Peer): void {
    const connection = `c${this.sockets.size + 1}=`
    const connectedAt = this.#scheduler.now
    const socket: Socket = { client, connectedAt, open: false, alive: true }
    this.sockets.set(connection, socket)
    this.#soon(`$connect ${connection}`, async () => {
      const outcome = await this.#functions().lifecycle(this.#event('$connect', connection))
      if (outcome.how !== 'returned' || outcome.value.statusCode !== 200) return client.refused()
      socket.open = true
      this.#note(`${connection} opens`)
      client.opened(connection)
    })
  }

  /** Makes a handshake fail in the network. */
  refuse(client: Peer): void {
    this.#soon('a socket that is blocked', () => client.refused())
  }

  /** Handles a client's frame, possibly twice or after the connection has closed. */
  send(connection: string, frame: Frame & { readonly type: string }): void {
    if (!this.isOpen(connection)) return
    const event = { ...this.#event(frame.type, connection), body: JSON.stringify(frame) }
    const handle = async () => {
      const outcome = await this.#functions().frames(event)
      const failure = { message: 'Internal server error', connectionId: connection }
      const answer = outcome.how === 'returned' ? outcome.value.body : JSON.stringify(failure)
      if (answer !== undefined) this.deliver(connection, answer)
    }
    this.#soon(`${frame.type} on ${connection}`, handle)
    if (this.#scheduler.random.chance(this.#scheduler.faults.duplicate)) {
      this.#scheduler.history.count('event twice')
      this.#soon(`${frame.type} on ${connection}, again`, handle)
    }
  }

  async rest(event: RestEvent): Promise<RestResponse | undefined> {
    const outcome = await this.#functions().rest(event)
    return outcome.how === 'returned' ? outcome.value : undefined
  }

  isOpen(connection: string): boolean {
    return this.sockets.get(connection)?.open === true
  }

  /** True if frames arrive over the connection. */
  isAlive(connection: string): boolean {
    return this.isOpen(connection) && this.sockets.get(connection)?.alive === true
  }

  /** Sends a frame to the client. It arrives a little later, or never if the connection is broken. */
  deliver(connection: string, frame: string): void {
    const socket = this.sockets.get(connection)
    this.#soon(`frame to ${connection}`, () => {
      if (!socket?.open || !socket.alive) return
      socket.client.received(connection, this.#rewrite(JSON.parse(frame) as Frame))
    })
  }

  /** Closes a connection from either side. The client notices; `$disconnect` may be late, repeated or missing. */
  close(connection: string): void {
    const socket = this.sockets.get(connection)
    if (!socket?.open) return
    socket.open = false
    this.#note(`${connection} closes`)
    this.#soon(`close of ${connection}`, () => {
      if (socket.alive) socket.client.closed(connection)
    })
    const { once, late, twice, never } = this.#scheduler.faults.disconnect
    const draw = this.#scheduler.random.next() * (once + late + twice + never)
    if (draw >= once + late + twice) {
      this.#note(`$disconnect of ${connection} is lost`)
      this.#scheduler.history.count('$disconnect lost')
      return
    }
    const isLate = draw >= once && draw < once + late
    this.#disconnect(connection, isLate ? 20_000 : 30)
    if (isLate) this.#scheduler.history.count('$disconnect late')
    if (draw < once + late) return
    this.#disconnect(connection, 5000)
    this.#scheduler.history.count('$disconnect twice')
  }

  /** Cuts a connection without a close frame; API Gateway notices some time later. */
  cut(connection: string): void {
    const socket = this.sockets.get(connection)
    if (!socket?.open) return
    socket.alive = false
    this.#note(`${connection} is cut`)
    this.#scheduler.after(this.#scheduler.random.below(30_000), `cut of ${connection} noticed`, () =>
      this.close(connection),
    )
  }

  #disconnect(connection: string, maxDelayMs: number): void {
    this.#scheduler.after(this.#scheduler.random.below(maxDelayMs), `$disconnect ${connection}`, () =>
      this.#scheduler.background(this.#functions().lifecycle(this.#event('$disconnect', connection))),
    )
  }

  #event(routeKey: string, connectionId: string) {
    const eventTypes = { $connect: 'CONNECT', $disconnect: 'DISCONNECT' } as const
    const eventType = eventTypes[routeKey as keyof typeof eventTypes] ?? ('MESSAGE' as const)
    const connectedAt = this.sockets.get(connectionId)?.connectedAt ?? 0
    const requestTimeEpoch = this.#scheduler.now
    return { requestContext: { routeKey, eventType, connectionId, connectedAt, requestTimeEpoch } }
  }

  #soon(label: string, run: () => void | Promise<void>): void {
    // Not awaited, so that the scheduler can pick other tasks in the meantime.
    this.#scheduler.after(this.#scheduler.random.below(20), label, () =>
      this.#scheduler.background(Promise.resolve(run())),
    )
  }

  #note(text: string): void {
    this.#scheduler.history.note(text)
  }
}
