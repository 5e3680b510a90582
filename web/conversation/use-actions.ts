import { useMemo } from 'preact/hooks'
import type { Message } from '../../client/index.ts'
import { useRoom } from './room-context.ts'

/** What the user can do with a message. */
export interface Actions {
  reply(message: Message): void
  edit(message: Message): void
  remove(message: Message): Promise<void>
  retry(clientMessageId: string): void
  discard(clientMessageId: string): void
  /** Shows the entry with this `seq`. */
  show(seq: number): void
  /** Keeps the view where the user reads, instead of following the end. */
  stay(): void
}

/** Always the same object in one conversation, so that rows need not be rendered again. */
export function useActions(stay: () => void): Actions {
  const { room, writing, scrollTo } = useRoom()
  return useMemo(
    () => ({
      reply: (message) => writing.set({ kind: 'reply', message }),
      edit: (message) => writing.set({ kind: 'edit', message }),
      remove: ({ seq }) => room.remove(seq),
      retry: room.retry,
      discard: room.discard,
      show: scrollTo,
      stay,
    }),
    [room, writing, scrollTo],
  )
}
