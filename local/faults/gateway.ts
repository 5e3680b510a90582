import type { Duplex } from 'node:stream'
import { type WebSocketLimits, webSocketLimits } from '../aws/gateway/gateway-constants.ts'
import type { WebSocketGateway } from '../aws/gateway/websocket.ts'
import type { FaultSettings } from './options.ts'
import type { Dice } from './random.ts'

/** Divides the idle time and the lifetime of connections by the clock speed. */
export function fasterLimits(
  limits: Partial<WebSocketLimits> | undefined,
  { clockSpeed }: FaultSettings['gateway'],
): Partial<WebSocketLimits> | undefined {
  if (clockSpeed === 1) return limits
  const { idleMs, lifetimeMs } = { ...webSocketLimits, ...limits }
  return { ...limits, idleMs: idleMs / clockSpeed, lifetimeMs: lifetimeMs / clockSpeed }
}

/** Drops all connections at once at a fixed interval, as a deployment or a failing data center would. */
export function droppingGateway(
  gateway: WebSocketGateway,
  { dropAllEveryMillis }: FaultSettings['gateway'],
  dice: Dice,
): WebSocketGateway {
  if (dropAllEveryMillis === 0) return gateway
  const sockets = new Set<Duplex>()
  const timer = setInterval(() => {
    if (sockets.size > 0) dice.count('gateway.dropAllEveryMillis')
    // No close frame, so that neither side is notified.
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
