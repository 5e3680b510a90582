import type { JsonObject } from '../../client/index.ts'

/**
 * The `seq` of the message that a message answers. Users can send any metadata: anything but the `seq` of an earlier
 * entry counts as no answer.
 */
export function replyTo(metadata: JsonObject | undefined, before: number): number | undefined {
  const seq = metadata?.['reply_to']
  return typeof seq === 'number' && Number.isInteger(seq) && seq >= 1 && seq < before ? seq : undefined
}
