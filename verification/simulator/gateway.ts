import type { RestEvent, RestResponse } from '../../lambdas/rest/event.ts'
import type { FaultRates } from './fault-rates.ts'
import type { Functions } from './functions.ts'
import type { Connections } from './post-client.ts'
import type { Scheduler } from './scheduler.ts'

/** The client's end of a connection. */
export interface Peer {
  opened(connection: string): void
  refused(): void
  received(connection: string, frame: Frame): void
  closed(connection: string): void
}

type Frame = Readonly<{ [name: string]: unknown }>

interface Socket {
  readonly peer: Peer
  open: boolean
  /** False if the client receives nothing any more although the connection is still open at the gateway. */
  alive: boolean
}

/** Models API Gateway: events out of order and twice, lost answers, and late, repeated or missing `$disconnect` events. */
export class Gateway implements Connections {
  readonly sockets = new Map<string, Socket>()
  readonly #scheduler: Scheduler
  readonly #faults: () => FaultRates
  readonly #rewrite: (frame: Frame) => Frame
  #invokable: Functions | undefined

  /** @param rewrite changes frames on their way to clients */
  constructor(
    scheduler: Scheduler,
    faults: () => FaultRates,
    rewrite: (frame: Frame) => Frame = (frame) => frame,
  ) {
    this.#scheduler = scheduler
    this.#faults = faults
    this.#rewrite = rewrite
  }

  use(functions: Functions): void {
    this.#invokable = functions
  }

  connect(peer: Peer): void {
    const connection = `c${this.sockets.size + 1}=`
    const socket: Socket = { peer, open: false, alive: true }
    this.sockets.set(connection, socket)
    this.#soon(`$connect ${connection}`, async () => {
      const outcome = await this.#functions.lifecycle(this.#event('$connect', connection))
      if (outcome.how !== 'returned' || outcome.value.statusCode !== 200) return peer.refused()
      socket.open = true
      this.#note(`${connection} opens`)
      peer.opened(connection)
    })
  }

  /** Handles a client's frame, possibly twice or after the connection has closed. */
  send(connection: string, frame: Frame & { readonly type: string }): void {
    if (!this.isOpen(connection)) return
    const body = JSON.stringify(frame)
    const handle = async () => {
      const outcome = await this.#functions.frames({ ...this.#event(frame.type, connection), body })
      if (outcome.how === 'returned') {
        if (outcome.value.body !== undefined) this.deliver(connection, outcome.value.body)
      } else
        this.deliver(
          connection,
          JSON.stringify({ message: 'Internal server error', connectionId: connection }),
        )
    }
    this.#soon(`${frame.type} on ${connection}`, handle)
    if (this.#scheduler.random.chance(this.#faults().duplicate)) {
      this.#scheduler.history.count('event twice')
      this.#soon(`${frame.type} on ${connection}, again`, handle)
    }
  }

  async rest(event: RestEvent): Promise<RestResponse | undefined> {
    const outcome = await this.#functions.rest(event)
    return outcome.how === 'returned' ? outcome.value : undefined
  }

  isOpen(connection: string): boolean {
    return this.sockets.get(connection)?.open === true
  }

  deliver(connection: string, frame: string): void {
    const socket = this.sockets.get(connection)
    this.#soon(`frame to ${connection}`, () => {
      if (!socket?.open || !socket.alive) return
      socket.peer.received(connection, this.#rewrite(JSON.parse(frame) as Frame))
    })
  }

  /** Closes a connection from either side. The client notices; `$disconnect` may be late, repeated or missing. */
  close(connection: string): void {
    const socket = this.sockets.get(connection)
    if (!socket?.open) return
    socket.open = false
    this.#note(`${connection} closes`)
    this.#soon(`close of ${connection}`, () => {
      if (socket.alive) socket.peer.closed(connection)
    })
    const { once, late, twice, never } = this.#faults().disconnect
    const draw = this.#scheduler.random.next() * (once + late + twice + never)
    if (draw >= once + late + twice) {
      this.#note(`$disconnect of ${connection} is lost`)
      this.#scheduler.history.count('$disconnect lost')
      return
    }
    const isLate = draw >= once && draw < once + late
    this.#disconnect(
      connection,
      isLate ? this.#scheduler.random.below(20_000) : this.#scheduler.random.below(30),
    )
    if (draw >= once + late) this.#disconnect(connection, this.#scheduler.random.below(5000))
    if (isLate) this.#scheduler.history.count('$disconnect late')
    if (draw >= once + late) this.#scheduler.history.count('$disconnect twice')
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

  #disconnect(connection: string, delayMs: number): void {
    this.#scheduler.after(delayMs, `$disconnect ${connection}`, () => {
      this.#functions.lifecycle(this.#event('$disconnect', connection)).catch(() => undefined)
    })
  }

  #event(routeKey: string, connectionId: string) {
    const eventType =
      routeKey === '$connect'
        ? ('CONNECT' as const)
        : routeKey === '$disconnect'
          ? ('DISCONNECT' as const)
          : ('MESSAGE' as const)
    return { requestContext: { routeKey, eventType, connectionId } }
  }

  get #functions(): Functions {
    if (!this.#invokable) throw new Error('the gateway has no functions')
    return this.#invokable
  }

  #soon(label: string, run: () => void | Promise<void>): void {
    // Not awaited, so that the scheduler can pick other tasks meanwhile.
    this.#scheduler.after(this.#scheduler.random.below(20), label, () => {
      Promise.resolve(run()).catch((error: unknown) =>
        this.#scheduler.history.violate('stuck', String(error)),
      )
    })
  }

  #note(text: string): void {
    this.#scheduler.history.note(text)
  }
}
