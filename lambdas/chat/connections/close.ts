import { encodeFrame, errorFrame } from '../../../protocol/encode.ts'
import type { ChatError } from '../../../protocol/errors.ts'
import type { Poster } from '../../delivery/poster.ts'
import type { ConnectionDeps } from '../deps.ts'
import { cleanUpConnection } from './cleanup.ts'

/**
 * Ends a connection and tells its client why. The reason is posted first, because API Gateway cannot close with a
 * reason.
 */
export async function closeWithReason(
  deps: ConnectionDeps & { readonly poster: Pick<Poster, 'post' | 'close'> },
  id: string,
  reason: ChatError,
): Promise<void> {
  await deps.poster.post(id, encodeFrame(errorFrame(reason)))
  await cleanUpConnection(deps, id)
  await deps.poster.close(id, reason.code)
}
