import { composeLifecycleDeps, required } from '../compose.ts'
import { connect } from '../websocket/connect.ts'
import { disconnect } from '../websocket/disconnect.ts'
import type { SocketEvent } from '../websocket/event.ts'

const deps = composeLifecycleDeps()
const rules = {
  allowedOrigins: required('allowedOrigins').split(',').filter(Boolean),
  connectionsPerAddress: Number(required('connectionsPerAddress')),
}

/** `$connect` and `$disconnect`: what strangers reach, and so without the secret and the messages. */
export const handler = async (event: SocketEvent) =>
  event.requestContext.eventType === 'CONNECT'
    ? await connect(deps, rules, event)
    : await disconnect(deps, event)
