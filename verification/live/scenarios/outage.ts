import { WebSocket } from 'ws'
import { pause } from '../async.ts'
import type { Endpoint } from '../chat/commands.ts'

/** The pause between two attempts, as long as a patient client waits. */
const PAUSE_MS = 100

/**
 * Repeats an attempt until `isOver`. Returns the longest time, in milliseconds, from an attempt after a success to the
 * next success.
 */
export async function longestOutage(attempt: () => Promise<unknown>, isOver: () => boolean): Promise<number> {
  let longest = 0
  let since = performance.now()
  for (;;) {
    const isDone = (await attempt()) !== false
    longest = Math.max(longest, performance.now() - since)
    if (isDone && isOver()) return longest
    await pause(PAUSE_MS)
    if (isDone) since = performance.now()
  }
}

/** Opens a connection and closes it again. Resolves with false if the handshake is refused. */
export function canConnect({ socketUrl }: Endpoint): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = new WebSocket(socketUrl, { perMessageDeflate: false })
    // An error is always followed by `close`, which then resolves with false.
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(false))
    socket.on('open', () => {
      resolve(true)
      socket.close()
    })
  })
}
