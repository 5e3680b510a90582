import type { Deps } from './deps.ts'

type Stores = Pick<Deps, 'connections' | 'conversations'>

/**
 * Removes everything that is kept of a connection: after `$disconnect`, after a 410, when its user loses the
 * right to it. Taking the first row hands its list of joined conversations to exactly one caller; a repeated
 * or late call finds nothing and does nothing.
 */
export async function forgetConnection({ connections, conversations }: Stores, id: string): Promise<void> {
  const taken = await connections.take(id)
  if (taken?.user === undefined) return
  const { user, joined } = taken
  await Promise.all([
    connections.leaveChannel(user, id),
    ...[...joined].map((conversation) => conversations.leave(conversation, user, id)),
  ])
}
