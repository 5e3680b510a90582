import type { OpenConversation } from './conversation.ts'
import { lineOf, messageIn } from './parse.ts'
import type { Screen } from './screen.ts'

/** Keeps what the user has begun to write in the open conversation, and tells the others that the user is typing. */
export interface DraftKeeper {
  /** Call it when this conversation has been opened. */
  opened(conversation: OpenConversation | undefined): void
  typed(conversation: OpenConversation | undefined, line: string): void
}

export function createDraftKeeper(screen: Pick<Screen, 'text' | 'setText'>): DraftKeeper {
  let current: OpenConversation | undefined
  let stop = () => {}

  function offer({ room }: OpenConversation): void {
    const draft = room.draft.getSnapshot()
    if (draft !== '' && screen.text() === '') screen.setText(lineOf(draft))
  }

  return {
    opened(conversation) {
      if (conversation === current) return
      stop()
      stop = () => {}
      current = conversation
      if (!conversation) return
      // The draft may have to be read from the storage first.
      stop = conversation.room.draft.subscribe(() => offer(conversation))
      offer(conversation)
    },
    typed(conversation, line) {
      stop()
      const message = messageIn(line)
      // While a command is being typed, the draft of the message remains as it was.
      if (message !== undefined) conversation?.room.setDraft(message)
      conversation?.room.typing(Boolean(message?.trim()))
    },
  }
}
