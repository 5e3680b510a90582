import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { z } from 'zod'
import type { Runtime } from '../../../local/runtime.ts'
import { signToken } from '../../../local/tokens.ts'

const frame = z.looseObject({
  type: z.string().optional(),
  request_id: z.string().optional(),
  retry_after_ms: z.number().optional(),
})
export type Frame = z.infer<typeof frame>

/** How long a client waits for an answer before it asks again; API Gateway does not retry for it. */
const ANSWER_TIMEOUT_MS = 1_000
const MAX_TRIES = 40
/** How long a client waits after a refusal that does not say for how long. */
const RETRY_AFTER_MS = 50

/** A client that behaves as docs/protocol.md requires: it reconnects, and repeats whatever fails or gets no answer. */
export async function stubbornClient(runtime: Runtime, user: string) {
  const token = signToken(runtime.jwtSecret, user, 1)
  const frames: Frame[] = []
  const waiting = new Map<string, (answer: Frame) => void>()
  const open = async () => {
    const opened = await connect(runtime.socketUrl)
    opened.on('message', (data) => {
      const got = frame.parse(JSON.parse(String(data)))
      frames.push(got)
      waiting.get(got.request_id ?? '')?.(got)
    })
    return opened
  }
  let socket = await open()
  let requests = 0
  const askOnce = (question: object) =>
    new Promise<Frame | undefined>((resolve) => {
      const request_id = `r${++requests}`
      const timer = setTimeout(() => resolve(undefined), ANSWER_TIMEOUT_MS)
      waiting.set(request_id, (answer) => {
        clearTimeout(timer)
        resolve(answer)
      })
      socket.send(JSON.stringify({ ...question, request_id }))
    })

  let repeats = 0
  const ask = async (question: object): Promise<Frame> => {
    for (let tries = 1; tries <= MAX_TRIES; tries += 1) {
      if (socket.readyState !== WebSocket.OPEN) {
        // A false 410 ends a connection that is alive.
        socket = await open()
        await askOnce({ type: 'authenticate', token })
      }
      const answer = await askOnce(question)
      if (answer && answer.type !== 'error') return answer
      if (answer && answer['retryable'] !== true) throw new Error(JSON.stringify(answer))
      repeats += 1
      if (answer) await pause(answer.retry_after_ms ?? RETRY_AFTER_MS)
    }
    throw new Error(`no answer to ${JSON.stringify(question)} in ${MAX_TRIES} tries`)
  }
  const call = async (method: string, path: string, body?: object): Promise<Frame> => {
    for (let tries = 1; tries <= MAX_TRIES; tries += 1) {
      const response = await fetch(`${runtime.url}/api/admin/chat${path}`, {
        method,
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        ...(body && { body: JSON.stringify(body) }),
      })
      if (response.ok) return frame.parse(await response.json())
      if (response.status < 500) throw new Error(`${response.status} ${await response.text()}`)
      const seconds = Number(response.headers.get('retry-after'))
      await pause(seconds > 0 ? seconds * 1000 : RETRY_AFTER_MS)
    }
    throw new Error(`no answer to ${method} ${path} in ${MAX_TRIES} tries`)
  }
  return {
    frames,
    ask,
    call,
    /** How many requests had to be repeated. */
    repeats: () => repeats,
    authenticate: () => ask({ type: 'authenticate', token }),
  }
}

/** Repeats the handshake, because a fault in `$connect` refuses it. */
async function connect(url: string): Promise<WebSocket> {
  for (let tries = 1; ; tries += 1) {
    const socket = new WebSocket(url)
    try {
      await once(socket, 'open')
      onTestFinished(() => socket.terminate())
      return socket
    } catch (error) {
      if (tries === MAX_TRIES) throw error
    }
  }
}
