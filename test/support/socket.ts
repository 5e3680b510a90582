import { once } from 'node:events'
import { inject, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'

/** A frame from the server, to be compared and not to be trusted. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into frames of every shape.
export type Frame = Record<string, any>

/** A real client: what it sends goes over a socket, what it gets stands in order in `frames`. */
export interface Socket {
  /** Every frame so far, oldest first. */
  readonly frames: readonly Frame[]
  send(frame: object | string): void
  /** The next frame of a type that was not taken yet, waiting for it if need be. */
  next(type: string): Promise<Frame>
  /** Sends with a `request_id` and resolves with the answer or error that repeats it. */
  ask(frame: object): Promise<Frame>
  /** Resolves with the close code. */
  readonly closed: Promise<number>
  close(): Promise<void>
  /** Drops the line without a farewell. */
  terminate(): void
}

let requests = 0

export async function openSocket(headers: Record<string, string> = {}): Promise<Socket> {
  const client = new WebSocket(inject('socketUrl'), { headers })
  const frames: Frame[] = []
  const taken = new Set<Frame>()
  const waiting = new Set<() => void>()
  client.on('message', (data) => {
    frames.push(JSON.parse(String(data)))
    for (const look of [...waiting]) look()
  })
  const closed = new Promise<number>((resolve) => client.once('close', resolve))
  onTestFinished(() => client.terminate())
  await once(client, 'open')

  const take = (description: string, fits: (frame: Frame) => boolean) =>
    new Promise<Frame>((resolve, reject) => {
      const look = () => {
        const found = frames.find((frame) => !taken.has(frame) && fits(frame))
        if (!found) return
        taken.add(found)
        waiting.delete(look)
        clearTimeout(timer)
        resolve(found)
      }
      const timer = setTimeout(() => {
        reject(new Error(`no ${description} came; came: ${JSON.stringify(frames)}`))
      }, 8000)
      waiting.add(look)
      look()
    })

  return {
    frames,
    send: (frame) => client.send(typeof frame === 'string' ? frame : JSON.stringify(frame)),
    next: (type) => take(type, (frame) => frame['type'] === type),
    ask: (frame) => {
      const request_id = `r${++requests}`
      client.send(JSON.stringify({ ...frame, request_id }))
      return take(`answer to ${JSON.stringify(frame)}`, (answer) => answer['request_id'] === request_id)
    },
    closed,
    close: async () => {
      client.close()
      await closed
    },
    terminate: () => client.terminate(),
  }
}
