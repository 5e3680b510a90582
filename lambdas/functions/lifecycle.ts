import { allowedOrigins, composeLifecycleDeps, required, siteRules } from '../compose.ts'
import { connect } from '../websocket/connect.ts'
import { disconnect } from '../websocket/disconnect.ts'
import type { SocketEvent } from '../websocket/event.ts'

const deps = composeLifecycleDeps()
const rules = {
  allowedOrigins: allowedOrigins(),
  connectionsPerAddress: Number(required('connectionsPerAddress')),
  site: siteRules(),
}

/** `$connect` and `$disconnect`. It serves unauthenticated callers, so it can read neither the secret nor messages. */
export const handler = async (event: SocketEvent) => {
  const { eventType } = event.requestContext
  if (eventType === 'CONNECT') return await connect(deps, rules, event)
  if (eventType === 'DISCONNECT') return await disconnect(deps, event)
  throw new Error(`${eventType} is not a lifecycle event`)
}
