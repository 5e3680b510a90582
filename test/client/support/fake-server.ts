import type { Clock, Socket } from '../../../client/types.ts'

type Frame = { readonly [field: string]: unknown }

/** What the fake server does with the next sockets and frames; tests change it as they go. */
interface Behavior {
  /** `hang` opens no socket and closes none. */
  handshake: 'open' | 'refuse' | 'hang'
  /** Answers to frames by type; `undefined` leaves a frame unanswered. */
  answers: { [type: string]: ((frame: Frame) => Frame | undefined) | undefined }
}

const LATENCY_MS = 20
export const TOKEN_LIFETIME_MS = 3 * 60 * 60_000

/** A server for sockets in one process: records what was sent, and answers as `behavior` says. */
export function fakeServer(clock: Clock) {
  const sockets: FakeSocket[] = []
  const behavior: Behavior = {
    handshake: 'open',
    answers: {
      authenticate: () => ({
        type: 'authenticated',
        success: true,
        user_id: 'ada',
        connection_id: `connection ${sockets.length}`,
        expires_at: new Date(clock.now() + TOKEN_LIFETIME_MS).toISOString(),
      }),
      ping: () => ({ type: 'pong', time: new Date(clock.now()).toISOString(), heads: {} }),
    },
  }

  class FakeSocket implements Socket {
    readyState = 0
    onopen: Socket['onopen'] = null
    onmessage: Socket['onmessage'] = null
    onerror: Socket['onerror'] = null
    onclose: Socket['onclose'] = null
    readonly openedAt = clock.now()
    readonly sent: Frame[] = []

    constructor() {
      sockets.push(this)
      const { handshake } = behavior
      if (handshake === 'hang') return
      clock.setTimeout(() => {
        if (handshake === 'refuse') return this.end(1006)
        this.readyState = 1
        this.onopen?.(undefined as never)
      }, LATENCY_MS)
    }
    send(text: string): void {
      const frame = JSON.parse(text) as Frame
      this.sent.push(frame)
      const answer = behavior.answers[String(frame['type'])]?.(frame)
      if (answer)
        clock.setTimeout(() => this.push({ request_id: frame['request_id'], ...answer }), LATENCY_MS)
    }
    close(): void {
      this.end(1005)
    }
    /** Delivers a frame to the client. */
    push(frame: Frame): void {
      if (this.readyState === 1) this.onmessage?.({ data: JSON.stringify(frame) })
    }
    /** Closes the socket as the server or the network does. */
    end(code: number): void {
      if (this.readyState === 3) return
      this.readyState = 3
      this.onclose?.({ code, reason: '' })
    }
    sentOf(type: string): readonly Frame[] {
      return this.sent.filter((frame) => frame['type'] === type)
    }
  }
  return {
    WebSocket: FakeSocket,
    sockets,
    behavior,
    get last(): FakeSocket {
      const socket = sockets.at(-1)
      if (!socket) throw new Error('no socket was opened')
      return socket
    },
    get open(): readonly FakeSocket[] {
      return sockets.filter(({ readyState }) => readyState === 1)
    },
  }
}
