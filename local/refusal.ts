import { environment } from '../lambdas/environment.ts'
import type { Refusal } from './aws/gateway/handshake.ts'
import type { StackModel } from './stack/model.ts'

/** Explains why a handshake was refused, and which setting is responsible. */
export function describeRefusal({ status, origin, address }: Refusal, stack: StackModel): string {
  const connect = stack.webSocketApi.routes.get('$connect')
  const settings = stack.functions.get(connect?.functionId ?? '')?.environment ?? {}
  if (status === 403 && origin !== undefined) {
    return `refused origin ${origin}; ALLOWED_ORIGINS=${settings[environment.allowedOrigins]}`
  }
  if (status === 429) {
    const max = settings[environment.connectionsPerAddress]
    return `refused a connection from ${address}; connectionsPerAddress=${max} per minute`
  }
  return `refused a handshake from ${address} with status ${status}`
}
