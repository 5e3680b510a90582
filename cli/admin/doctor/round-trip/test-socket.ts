import { once } from 'node:events'
import { WebSocket } from 'ws'

type Frame = Readonly<Record<string, unknown>>

/** A connection of the test. */
export interface TestSocket {
  /** Sends a frame; resolves with its answer. Rejects with the code of an error. */
  ask(frame: Frame): Promise<Frame>
  /** Resolves with the next frame of a type. */
  next(type: string): Promise<Frame>
  close(): Promise<void>
}

const FRAME_TIMEOUT_MS = 10_000

/** Opens a connection as a page of the site does. */
export async function openTestSocket(url: string, origin: string): Promise<TestSocket> {
  const socket = new WebSocket(url, { origin, handshakeTimeout: FRAME_TIMEOUT_MS })
  const waiting = new Map<string, (frame: Frame) => void>()
  socket.on('message', (data) => {
    const frame = JSON.parse(String(data)) as Frame
    const key = String(frame['request_id'] ?? frame['type'])
    // An error of API Gateway does not repeat the request id.
    const keys = frame['type'] === undefined ? [...waiting.keys()] : [key]
    for (const name of keys) waiting.get(name)?.(frame)
  })
  await once(socket, 'open')
  socket.on('error', () => undefined)

  const wait = (key: string, what: string) =>
    new Promise<Frame>((resolve, reject) => {
      const end = (settle: () => void) => {
        clearTimeout(timer)
        waiting.delete(key)
        settle()
      }
      const timer = setTimeout(
        () => end(() => reject(new Error(`no ${what} arrived within ${FRAME_TIMEOUT_MS / 1000} s`))),
        FRAME_TIMEOUT_MS,
      )
      waiting.set(key, (frame) => end(() => resolve(frame)))
    })
  let requests = 0
  return {
    async ask(frame) {
      const request_id = `r${++requests}`
      const answer = wait(request_id, `answer to "${String(frame['type'])}"`)
      socket.send(JSON.stringify({ ...frame, request_id }))
      const { type, code, message } = await answer
      if (type === undefined) throw new Error(`API Gateway answered "${String(message)}"`)
      if (type === 'error')
        throw new Error(`"${String(frame['type'])}" was refused: ${String(code)}, ${String(message)}`)
      return await answer
    },
    next: (type) => wait(type, `"${type}"`),
    async close() {
      if (socket.readyState === WebSocket.CLOSED) return
      const closed = once(socket, 'close')
      socket.close()
      await closed
    },
  }
}
