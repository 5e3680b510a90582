import type { Conversation, Message } from '../../client/index.ts'
import { useTexts, useUserId } from '../app/context.ts'
import { nameOf } from '../app/names.ts'
import type { Texts } from '../text/texts.ts'
import { useDraftCopy } from './drafts.ts'

/** Characters of a draft; more than one line has room for. */
const MAX_SHOWN = 200

/** One line about a conversation: what the user has begun to write, or the last message. */
export function Preview({ conversation }: { readonly conversation: Conversation }) {
  const texts = useTexts()
  const userId = useUserId()
  const draft = useDraftCopy(conversation.id)
  return (
    <span class="preview truncate" dir="auto">
      {draft.trim() ? (
        <>
          <span class="preview-draft">{texts.draft}</span> {draft.slice(0, MAX_SHOWN)}
        </>
      ) : (
        lastMessage(conversation, userId, texts)
      )}
    </span>
  )
}

function lastMessage(conversation: Conversation, userId: string, texts: Texts): string {
  const { last_message, is_group, participants } = conversation
  if (!last_message) return texts.noMessages
  const words = wordsOf(last_message, texts)
  if (last_message.sender_id === userId) return `${texts.you} ${words}`
  const sender = is_group && participants.find(({ id }) => id === last_message.sender_id)
  return sender ? texts.says(nameOf(sender), words) : words
}

const wordsOf = ({ content, deleted_at }: Message, texts: Texts): string =>
  deleted_at ? texts.deletedMessage : content
