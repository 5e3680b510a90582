import { once } from 'node:events'
import { inject, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'

/** A frame from the server, or a part of one; its shape is what a test checks. */
// biome-ignore lint/suspicious/noExplicitAny: tests read frames of every shape.
export type Frame = Record<string, any>

/** A WebSocket client that records what it receives. */
export interface Socket {
  /** Every frame so far, oldest first. */
  readonly frames: readonly Frame[]
  send(frame: object | string): void
  /** Resolves with the next frame of a type; each frame is returned once. */
  next(type: string): Promise<Frame>
  /** Sends a frame with a `request_id` and resolves with the answer or error that repeats it. */
  ask(frame: object): Promise<Frame>
  /** Resolves with the close code. */
  readonly closed: Promise<number>
  close(): Promise<void>
  /** Drops the connection without a close frame. */
  terminate(): void
}

const FRAME_TIMEOUT_MS = 8000
let requests = 0

export async function openSocket(headers: Record<string, string> = {}): Promise<Socket> {
  const client = new WebSocket(inject('socketUrl'), { headers })
  const frames: Frame[] = []
  const taken = new Set<Frame>()
  const waiting = new Set<() => void>()
  client.on('message', (data) => {
    frames.push(JSON.parse(String(data)))
    for (const check of [...waiting]) check()
  })
  const closed = new Promise<number>((resolve) => client.once('close', resolve))
  onTestFinished(() => client.terminate())
  await once(client, 'open')

  const take = (description: string, fits: (frame: Frame) => boolean) =>
    new Promise<Frame>((resolve, reject) => {
      const check = () => {
        const found = frames.find((frame) => !taken.has(frame) && fits(frame))
        if (!found) return
        taken.add(found)
        waiting.delete(check)
        clearTimeout(timer)
        resolve(found)
      }
      const timer = setTimeout(() => {
        reject(new Error(`no ${description} arrived; received ${JSON.stringify(frames)}`))
      }, FRAME_TIMEOUT_MS)
      waiting.add(check)
      check()
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
