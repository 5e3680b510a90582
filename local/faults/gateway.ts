import type { Duplex } from 'node:stream'
import { type WebSocketLimits, webSocketLimits } from '../aws/gateway/facts.ts'
import type { WebSocketGateway } from '../aws/gateway/websocket.ts'
import type { FaultSettings } from './options.ts'
import type { Dice } from './random.ts'

/** The idle time and the lifetime of connections on a clock that runs so much faster. */
export function fasterLimits(
  limits: Partial<WebSocketLimits> | undefined,
  { clockSpeed }: FaultSettings['gateway'],
): Partial<WebSocketLimits> | undefined {
  if (clockSpeed === 1) return limits
  const { idleMs, lifetimeMs } = { ...webSocketLimits, ...limits }
  return { ...limits, idleMs: idleMs / clockSpeed, lifetimeMs: lifetimeMs / clockSpeed }
}

/** Cuts every connection at once, again and again, as a deployment or a failing data centre would. */
export function droppingGateway(
  gateway: WebSocketGateway,
  { dropAllEveryMillis }: FaultSettings['gateway'],
  dice: Dice,
): WebSocketGateway {
  if (dropAllEveryMillis === 0) return gateway
  const sockets = new Set<Duplex>()
  const timer = setInterval(() => {
    if (sockets.size > 0) dice.count('gateway.dropAllEveryMillis')
    // Without a close frame: neither side is told.
    for (const socket of sockets) socket.destroy()
  }, dropAllEveryMillis)
  timer.unref()
  return {
    ...gateway,
    handleUpgrade(request, socket, head) {
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
      gateway.handleUpgrade(request, socket, head)
    },
    close() {
      clearInterval(timer)
      return gateway.close()
    },
  }
}
