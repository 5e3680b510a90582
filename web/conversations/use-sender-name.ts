import { useEffect } from 'preact/hooks'
import type { Conversation, Person } from '../../client/index.ts'
import { keep, useKept, useKey } from '../app/kept.ts'
import { shortNameOf } from '../app/names.ts'

/**
 * The first name of the user who wrote the last message. It is kept, because the list does not name those who have
 * left.
 *
 * @param sender that user, as far as known
 */
export function useSenderName(conversation: Conversation | undefined, sender: Person | undefined): string {
  const key = useKey('name', conversation?.last_message?.sender_id ?? '')
  useEffect(() => {
    if (sender) keep(key, shortNameOf(sender))
  }, [key, sender])
  return useKept(key)
}
