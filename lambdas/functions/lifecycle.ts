import { allowedOrigins, composeLifecycleDeps, composeLog, required, siteRules } from '../compose.ts'
import { recordAlone } from '../log/record.ts'
import { connect } from '../websocket/connect.ts'
import { disconnect } from '../websocket/disconnect.ts'
import { aboutEvent, type SocketEvent } from '../websocket/event.ts'

const logged = composeLog(recordAlone)
const deps = composeLifecycleDeps()
const rules = {
  allowedOrigins: allowedOrigins(),
  connectionsPerAddress: Number(required('connectionsPerAddress')),
  site: siteRules(),
}

/** Handles `$connect` and `$disconnect` for unauthenticated callers, so it can read neither the secret nor messages. */
export const handler = (event: SocketEvent) => logged(aboutEvent(event), () => handle(event))

async function handle(event: SocketEvent) {
  const { eventType } = event.requestContext
  if (eventType === 'CONNECT') return await connect(deps, rules, event)
  if (eventType === 'DISCONNECT') return await disconnect(deps, event)
  throw new Error(`${eventType} is not a lifecycle event`)
}
