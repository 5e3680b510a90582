import type { MessageDeps } from '../deps.ts'
import { sessionOf } from './session.ts'

/** Leaves a conversation. Succeeds even if the connection has not joined it. */
export async function leave(deps: MessageDeps, connection: string, id: string): Promise<void> {
  const { user, joined } = await sessionOf(deps, connection)
  if (joined.has(id)) await deps.subscriptions.leave(id, user, connection)
}
