import type { ConversationHead, ParticipantEntry } from '../../model.ts'
import type { MembershipDeps } from '../deps.ts'
import { deliver } from '../push/deliver.ts'
import { entryPush } from '../push/push-frames.ts'

/**
 * Pushes a change of participants to those who participate after the change. Never fails.
 *
 * @param connection the caller's own connection, which receives nothing
 */
export async function pushChange(
  deps: MembershipDeps,
  head: ConversationHead,
  entry: ParticipantEntry,
  connection: string | undefined,
): Promise<void> {
  const push = await entryPush(deps, head, entry).catch(deps.report)
  if (push) await deliver(deps, head, push, { via: 'rest', connection })
}
